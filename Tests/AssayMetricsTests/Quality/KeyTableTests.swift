import AssayColumns
import AssayMetrics
import AssayTerms
import Testing

/// The goal: distinct keys, values and combinations are told apart exactly and numbered by first appearance. The method: keys that
/// are alike in their low or high bits, and seeded rows, against dictionaries and sets.
@Suite struct KeyTableTests {
    private static let patterns: [[UInt64]] = [
        [], [0], [.max, 0, .max], (0..<5_000).map { $0 }, (0..<5_000).map { $0 << 32 }, (0..<5_000).map { $0 << 52 },
        (0..<5_000).map { (Double($0) / 8).bitPattern }, (0..<5_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 },
        (0..<5_000).map { UInt64($0 % 7) },
    ]

    @Test(arguments: patterns.indices)
    func codesFollowFirstAppearance(index: Int) {
        let keys = Self.patterns[index]
        var table = KeyTable()
        var expected: [UInt64: Int] = [:]
        for key in keys {
            let code = expected[key] ?? expected.count
            expected[key] = code
            #expect(table.code(of: key) == code)
        }
        #expect(table.count == expected.count)
        for (key, code) in expected {
            #expect(table.existingCode(of: key) == code)
            #expect(table.keys[code] == key)
            #expect(table.existingCode(of: key ^ 0x5555_5555_5555_5555) == expected[key ^ 0x5555_5555_5555_5555])
        }
    }

    private static func column(_ name: Text, seed: UInt64, count: Int, _ kind: Int) -> Column {
        var generator = SplitMix64(seed: seed)
        let draws = (0..<count).map { _ in Int(generator.next() % 6) }
        let validity = kind == 0 ? nil : Validity((0..<count).map { _ in generator.next() % 5 != 0 })
        let values: Column.Values
        switch kind {
        case 0: values = .int64(draws.map { Int64($0) - 3 })
        case 1: values = .double(draws.map { $0 == 0 ? -0.0 : $0 == 1 ? 0.0 : $0 == 2 ? .nan : Double($0) / 4 })
        case 2:
            let dictionary = TextDictionary(["b", "", "a"])
            values = .text(codes: draws.map { Int32($0 % 3) }, dictionary: dictionary)
        case 3: values = .boolean(draws.map { UInt8($0 % 2) })
        default: values = .timestamp(draws.map { Int64($0) << 40 })
        }
        return Column(name: name, values: values, validity: validity)
    }

    @Test(arguments: [[0], [1], [2], [0, 1], [1, 2, 3], [4, 0, 2, 3], [1, 1]])
    func combinationsAreToldApartAndGivenBack(kinds: [Int]) throws {
        let columns = kinds.enumerated().map { Self.column(Text("c\($0.offset)"), seed: UInt64(31 + $0.offset), count: 900, $0.element) }
        var coder = CombinationCoder(types: columns.map(\.type))
        // Two blocks, so that numbers go on.
        var codes: [Int32] = []
        for range in [Array(0..<333), Array(333..<900)] { codes += try coder.codes(of: columns.map { $0.gathered(range) }) }
        var known: [[ColumnValue?]: Int32] = [:]
        for row in 0..<900 {
            let values = columns.map { $0.value(at: row) }
            #expect(coder.values(of: codes[row]) == values)
            if let code = known[values] { #expect(code == codes[row]) } else { known[values] = codes[row] }
        }
        #expect(Set(codes).count == known.count)
    }

    @Test(arguments: [0, 1, 3, 4], [50, 3])
    func countsOfValuesAreSortedAndFrequentOnesFound(kind: Int, limit: Int) {
        let column = Self.column("c", seed: 5, count: 800, kind)
        var counts = ValueCounts(type: column.type, limit: limit)
        counts.add(column)
        var expected: [ColumnValue: Int] = [:]
        for row in 0..<800 { if let value = column.value(at: row) { expected[value, default: 0] += 1 } }
        #expect(counts.presentCount == expected.values.reduce(0, +))
        #expect(counts.isExact == (expected.count <= limit))
        guard counts.isExact else { return #expect(counts.sorted() == nil && counts.top(2) == nil) }
        #expect(counts.distinctCount == expected.count)
        let sorted = expected.sorted { $0.key < $1.key }
        #expect(counts.sorted()?.map(\.value) == sorted.map(\.key))
        #expect(counts.sorted()?.map(\.count) == sorted.map(\.value))
        let top = sorted.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(2)
        #expect(counts.top(2)?.map(\.value) == top.map(\.key))
        #expect(counts.top(2)?.map(\.count) == top.map(\.value))
    }

    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 1_000])
    func extremesAreThoseOfTheValues(count: Int) throws {
        var generator = SplitMix64(seed: UInt64(count))
        var values = (0..<count).map { _ in (generator.nextUnit() * 20).rounded() - 10 }
        if count > 9 { (values[3], values[9]) = (.infinity, -.infinity) }
        var moments = NumberMoments()
        moments.add(values)
        #expect(moments.least == values.min())
        #expect(moments.greatest == values.max())
        #expect(moments.zeroCount == values.filter { $0 == 0 }.count)
        #expect(moments.infiniteCount == values.filter(\.isInfinite).count)
        #expect((moments.mean == nil) == (count > 9))
    }
}
