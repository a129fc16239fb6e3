import AssayColumns
import AssayMetrics
import AssayTerms

/// Judges each value by itself; each distinct text once.
struct ValueJudge: RowJudge {
    private let test: ValueTest
    /// By the text's code: 0 where not judged yet, 1 as expected, 2 not.
    private var texts: [UInt8] = []

    init(_ test: ValueTest) { self.test = test }

    init(_ isExpected: @escaping (ColumnValue) -> Bool) { test = .any(isExpected) }

    mutating func verdicts(of columns: [Column]) -> RowVerdicts {
        let column = columns[0]
        return RowVerdicts(unexpected: unexpected(column), missing: column.missingRows)
    }

    private mutating func unexpected(_ column: Column) -> RowBits {
        switch column.values {
        case .boolean(let values):
            let fails = [!test.isExpected(.integer(0)), !test.isExpected(.integer(1))]
            return RowBits(count: values.count) { fails[values[$0] == 0 ? 0 : 1] }
        case .text(let codes, let dictionary):
            // A column without any value has a code of no text.
            let known = max(1, dictionary.count)
            if texts.count < known { texts += [UInt8](repeating: 0, count: known - texts.count) }
            for row in codes.indices where texts[Int(codes[row])] == 0 && column.isPresent(row) {
                texts[Int(codes[row])] = test.isExpected(.text(dictionary[codes[row]])) ? 1 : 2
            }
            return RowBits(count: codes.count) { texts[Int(codes[$0])] == 2 }
        case .int64(let values), .timestamp(let values):
            switch test {
            case .within(let bounds):
                guard let range = bounds.integers else { return RowBits(count: values.count, where: { _ in true }) }
                let (least, greatest) = (range.lowerBound, range.upperBound)
                return RowBits(count: values.count) { (values[$0] < least) != (values[$0] > greatest) }
            case .among(let set, let isIn):
                return RowBits(count: values.count) { set.contains(values[$0], isTime: column.type == .timestamp) != isIn }
            case .any(let isExpected):
                return RowBits(count: values.count) { row in column.value(at: row).map { !isExpected($0) } ?? false }
            }
        case .double(let values):
            switch test {
            case .within(let bounds):
                guard let range = bounds.fractions else { return RowBits(count: values.count, where: { _ in true }) }
                let (least, greatest) = (range.lowerBound, range.upperBound)
                return RowBits(count: values.count) { (values[$0] < least) != (values[$0] > greatest) }
            case .among(let set, let isIn): return RowBits(count: values.count) { set.contains(values[$0]) != isIn }
            case .any(let isExpected):
                return RowBits(count: values.count) { row in column.value(at: row).map { !isExpected($0) } ?? false }
            }
        }
    }
}

/// What is expected of a value, in forms that numbers can be held to without making a value of each.
enum ValueTest {
    case within(ValueBounds)
    /// In the set, or with `isIn` false outside of it.
    case among(ValueSet, isIn: Bool)
    case any((ColumnValue) -> Bool)

    func isExpected(_ value: ColumnValue) -> Bool {
        switch self {
        case .within(let bounds): bounds.contains(value)
        case .among(let set, let isIn): set.contains(value) == isIn
        case .any(let isExpected): isExpected(value)
        }
    }
}

/// A set of values that can be asked for plain numbers.
struct ValueSet {
    private let values: Set<ColumnValue>
    private var integers = KeyTable()
    private var times = KeyTable()
    private var fractions = KeyTable()

    init(_ values: Set<ColumnValue>) {
        self.values = values
        for value in values {
            switch value {
            case .integer(let integer):
                _ = integers.code(of: UInt64(bitPattern: integer))
                // A whole number that no double is equals none.
                if let exact = Double(exactly: integer) { _ = fractions.code(of: ValueCounts.key(exact)) }
            case .fraction(let fraction): _ = fractions.code(of: ValueCounts.key(fraction))
            case .timestamp(let time): _ = times.code(of: UInt64(bitPattern: time))
            case .text: break
            }
        }
    }

    func contains(_ value: ColumnValue) -> Bool { values.contains(value) }
    func contains(_ value: Double) -> Bool { fractions.existingCode(of: ValueCounts.key(value)) != nil }

    func contains(_ value: Int64, isTime: Bool) -> Bool {
        (isTime ? times : integers).existingCode(of: UInt64(bitPattern: value)) != nil
    }
}
