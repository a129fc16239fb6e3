package import AssayColumns

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
    private var numbers: [UInt64: Int] = [:]
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
            for row in values.indices where validity?[row] ?? true { count(UInt64(bitPattern: values[row])) }
        case .double(let values):
            for row in values.indices where validity?[row] ?? true && !values[row].isNaN {
                count(values[row] == 0 ? 0 : values[row].bitPattern)
            }
        case .text(let codes, let dictionary):
            self.dictionary = dictionary
            for row in codes.indices where validity?[row] ?? true {
                let code = Int(codes[row])
                if code >= textCounts.count {
                    textCounts += [Int](repeating: 0, count: code + 1 - textCounts.count)
                }
                textCounts[code] += 1
                presentCount += 1
            }
        }
    }

    private mutating func count(_ key: UInt64) {
        presentCount += 1
        guard sketch == nil else {
            sketch?.add(key)
            return
        }
        numbers[key, default: 0] += 1
        if numbers.count > limit {
            var new = DistinctSketch()
            for key in numbers.keys { new.add(key) }
            sketch = new
            numbers = [:]
        }
    }

    /// Every value with its count, sorted by value; `nil` where there were too many to keep.
    package func sorted() -> [(value: ColumnValue, count: Int)]? {
        guard isExact else { return nil }
        var pairs: [(value: ColumnValue, count: Int)] = []
        if let dictionary {
            for (code, text) in dictionary.texts.enumerated() where code < textCounts.count && textCounts[code] > 0 {
                pairs.append((.text(text), textCounts[code]))
            }
        }
        for (key, count) in numbers { pairs.append((value(of: key), count)) }
        return pairs.sorted { $0.value < $1.value }
    }

    /// The most frequent values, ties in the order of values; `nil` where there were too many to keep.
    package func top(_ limit: Int) -> [(value: ColumnValue, count: Int)]? {
        sorted().map { Array($0.sorted { ($1.count, $0.value) < ($0.count, $1.value) }.prefix(limit)) }
    }

    private func value(of key: UInt64) -> ColumnValue {
        switch type {
        case .boolean, .int64, .text: .integer(Int64(bitPattern: key))
        case .double: ColumnValue(Double(bitPattern: key)) ?? .integer(0)
        case .timestamp: .timestamp(Int64(bitPattern: key))
        }
    }
}
