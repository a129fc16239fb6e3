import AssayColumns
import AssayTerms

/// Expects values that rise, or fall, from each row that has one to the next.
struct OrderJudge: RowJudge {
    let isIncreasing: Bool
    let isStrict: Bool
    private var last: ColumnValue?

    init(isIncreasing: Bool, isStrict: Bool) {
        self.isIncreasing = isIncreasing
        self.isStrict = isStrict
    }

    mutating func verdicts(of columns: [Column]) -> RowVerdicts {
        let column = columns[0]
        let missing = column.missingRows
        let unexpected: RowBits
        switch column.values {
        case .int64(let values): unexpected = steps(values, missing, last: last.flatMap(Self.integer)) { .integer($0) }
        case .timestamp(let values): unexpected = steps(values, missing, last: last.flatMap(Self.integer)) { .timestamp($0) }
        case .double(let values): unexpected = steps(values, missing, last: last?.number) { ColumnValue($0) }
        case .boolean, .text:
            unexpected = RowBits(count: column.count) { row in
                guard let value = column.value(at: row) else { return false }
                defer { last = value }
                guard let last else { return false }
                return value == last ? isStrict : (last < value) != isIncreasing
            }
        }
        return RowVerdicts(unexpected: unexpected, missing: missing)
    }

    private static func integer(_ value: ColumnValue) -> Int64? {
        switch value {
        case .integer(let integer), .timestamp(let integer): integer
        case .fraction, .text: nil
        }
    }

    private mutating func steps<Number: Comparable>(
        _ values: [Number], _ missing: RowBits?, last before: Number?, _ boxed: (Number) -> ColumnValue?
    ) -> RowBits {
        guard let first = values.indices.first(where: { !(missing?[$0] ?? false) }) else { return RowBits(count: values.count) }
        // The first value of all is compared with itself where it may stand, and is as expected in any case.
        let isStrict = isStrict
        let isIncreasing = isIncreasing
        var previous = before ?? values[first]
        var isFirst = before == nil
        let unexpected = RowBits(count: values.count) { row in
            if let missing, missing[row] { return false }
            let value = values[row]
            defer { previous = value }
            if isFirst {
                isFirst = false
                return false
            }
            return value == previous ? isStrict : (previous < value) != isIncreasing
        }
        last = boxed(previous)
        return unexpected
    }
}
