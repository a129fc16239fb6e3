package import AssayColumns
package import AssayTerms

/// How often each value of a column occurs: exact up to a limit of distinct numbers, then only about how many there are.
///
/// Text is counted by its codes and always exact, since its dictionary is in memory anyway. NaN is a missing value; both
/// zeros are one.
///
/// - Kind: counted. Cost: O(rows); one entry a distinct value, at most `limit` of numbers or timestamps.
package struct ValueCounts: Sendable {
    /// Beyond as many distinct numbers a sketch counts.
    package static let limit = 1_000_000

    private let type: ColumnType
    private let limit: Int
    private var numbers = KeyTable()
    private var numberCounts: [Int] = []
    private var sketch: DistinctSketch?
    private var textCounts: [Int] = []
    private var dictionary: TextDictionary?
    package private(set) var presentCount = 0

    package init(type: ColumnType, limit: Int = Self.limit) {
        self.type = type
        self.limit = limit
    }

    package var isExact: Bool { sketch == nil }

    package var distinctCount: Int {
        if let sketch { return sketch.estimate }
        return numbers.count + textCounts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    }

    package mutating func add(_ column: Column) {
        let validity = column.validity
        switch column.values {
        case .boolean(let values):
            for row in values.indices where validity?[row] ?? true { count(values[row] == 0 ? 0 : 1) }
        case .int64(let values), .timestamp(let values):
            if let validity {
                for row in values.indices where validity[row] { count(UInt64(bitPattern: values[row])) }
            } else {
                for value in values { count(UInt64(bitPattern: value)) }
            }
        case .double(let values):
            for row in values.indices where validity?[row] ?? true && !values[row].isNaN { count(Self.key(values[row])) }
        case .text(let codes, let dictionary):
            self.dictionary = dictionary
            let count = dictionary.count
            if count > textCounts.count { textCounts += [Int](repeating: 0, count: count - textCounts.count) }
            if let validity {
                for row in codes.indices where validity[row] { textCounts[Int(codes[row])] &+= 1 }
            } else {
                for code in codes { textCounts[Int(code)] &+= 1 }
            }
            presentCount += column.count - (validity?.missingCount ?? 0)
        }
    }

    /// Equal for equal numbers: both zeros are one.
    package static func key(_ value: Double) -> UInt64 { value == 0 ? 0 : value.bitPattern }

    private mutating func count(_ key: UInt64) {
        presentCount += 1
        guard sketch == nil else {
            sketch?.add(key)
            return
        }
        let code = numbers.code(of: key)
        if code < numberCounts.count {
            numberCounts[code] &+= 1
            return
        }
        numberCounts.append(1)
        if numbers.count > limit {
            var new = DistinctSketch()
            for key in numbers.keys { new.add(key) }
            sketch = new
            numbers = KeyTable()
            numberCounts = []
        }
    }

    /// Calls `body` with every text and its count, in order of first appearance.
    package func forEachText(_ body: (Text, Int) -> Void) {
        guard let dictionary else { return }
        for (code, text) in dictionary.texts.enumerated() where code < textCounts.count && textCounts[code] > 0 {
            body(text, textCounts[code])
        }
    }

    /// Every value with its count, sorted by value; `nil` where there were too many to keep.
    package func sorted() -> [(value: ColumnValue, count: Int)]? {
        guard isExact else { return nil }
        var pairs: [(value: ColumnValue, count: Int)] = []
        forEachText { pairs.append((.text($0), $1)) }
        // Numbers are sorted by their bits, and looked up again: quicker than moving pairs of a value and a count.
        guard numbers.count > 0 else { return pairs.sorted { $0.value < $1.value } }
        pairs.reserveCapacity(numbers.count)
        func append(_ key: UInt64) {
            guard let code = numbers.existingCode(of: key) else { return }
            pairs.append((value(of: key), numberCounts[code]))
        }
        if type == .double {
            for value in RadixSort.sorted(numbers.keys.map { Double(bitPattern: $0) }) { append(Self.key(value)) }
        } else {
            for value in numbers.keys.map({ Int64(bitPattern: $0) }).sorted() { append(UInt64(bitPattern: value)) }
        }
        return pairs
    }

    /// The most frequent values, ties in the order of values; `nil` where there were too many to keep.
    package func top(_ limit: Int) -> [(value: ColumnValue, count: Int)]? {
        guard isExact else { return nil }
        var best: [(value: ColumnValue, count: Int)] = []
        func offer(_ count: Int, _ make: () -> ColumnValue) {
            // Most values fall short by their count alone, or are as frequent as the last and behind it.
            guard best.count == limit, let last = best.last else { return insert(make(), count) }
            guard count >= last.count else { return }
            let value = make()
            if count > last.count || value < last.value { insert(value, count) }
        }
        func insert(_ value: ColumnValue, _ count: Int) {
            let place = best.firstIndex { $0.count < count || ($0.count == count && value < $0.value) } ?? best.count
            guard place < limit else { return }
            best.insert((value, count), at: place)
            if best.count > limit { best.removeLast() }
        }
        forEachText { text, count in offer(count) { .text(text) } }
        for (code, key) in numbers.keys.enumerated() { offer(numberCounts[code]) { value(of: key) } }
        return best
    }

    private func value(of key: UInt64) -> ColumnValue {
        switch type {
        case .boolean, .int64, .text: .integer(Int64(bitPattern: key))
        case .double: ColumnValue(Double(bitPattern: key)) ?? .integer(0)
        case .timestamp: .timestamp(Int64(bitPattern: key))
        }
    }
}
