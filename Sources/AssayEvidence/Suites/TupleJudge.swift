import AssayColumns
import AssayMetrics
import AssayTerms

/// Which rows an expectation on several columns leaves out.
enum IgnoredRows {
    case allMissing, anyMissing, never

    /// `nil` for no row.
    func missing(in columns: [Column]) -> RowBits? {
        guard self != .never else { return nil }
        var ignored: RowBits?
        for column in columns {
            let missing = column.missingRows
            switch (self, ignored, missing) {
            case (.allMissing, _, nil): return nil
            case (_, nil, let missing): ignored = missing
            case (.allMissing, _, let missing?): ignored?.formIntersection(missing)
            case (_, _, let missing?): ignored?.formUnion(missing)
            case (_, _, nil): break
            }
        }
        return ignored
    }
}

/// Judges several columns of a row together; each distinct combination of values once.
struct TupleJudge: RowJudge {
    private let ignored: IgnoredRows
    private let isExpected: ([ColumnValue?]) -> Bool
    private var coder: CombinationCoder
    /// By the combination's code: 0 where not judged yet, 1 as expected, 2 not.
    private var known: [UInt8] = []

    init(types: [ColumnType], ignored: IgnoredRows, isExpected: @escaping ([ColumnValue?]) -> Bool) {
        self.ignored = ignored
        self.isExpected = isExpected
        coder = CombinationCoder(types: types)
    }

    mutating func verdicts(of columns: [Column]) throws(AssayError) -> RowVerdicts {
        let codes = try coder.codes(of: columns)
        if let highest = codes.max(), Int(highest) >= known.count {
            known += [UInt8](repeating: 0, count: Int(highest) + 1 - known.count)
        }
        for row in codes.indices where known[Int(codes[row])] == 0 {
            known[Int(codes[row])] = isExpected(columns.map { $0.value(at: row) }) ? 1 : 2
        }
        return RowVerdicts(
            unexpected: RowBits(count: codes.count) { known[Int(codes[$0])] == 2 }, missing: ignored.missing(in: columns))
    }
}

/// Judges two columns of a row by which value is greater; a row without one of them is not as expected.
struct PairJudge: RowJudge {
    enum Relation {
        case equal, greater, greaterOrEqual

        @inline(__always)
        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .greater: right < left
            case .greaterOrEqual: right <= left
            }
        }
    }

    let ignored: IgnoredRows
    let relation: Relation

    func verdicts(of columns: [Column]) -> RowVerdicts {
        let (left, right) = (columns[0], columns[1])
        let relation = relation
        var unexpected: RowBits
        switch (left.values, right.values) {
        case (.int64(let left), .int64(let right)), (.timestamp(let left), .timestamp(let right)):
            unexpected = RowBits(count: left.count) { !relation.holds(left[$0], right[$0]) }
        case (.double(let left), .double(let right)):
            unexpected = RowBits(count: left.count) { !relation.holds(left[$0], right[$0]) }
        default:
            unexpected = RowBits(count: left.count) { row in
                guard let left = left.value(at: row), let right = right.value(at: row) else { return true }
                return !relation.holds(left, right)
            }
        }
        for column in columns {
            if let missing = column.missingRows { unexpected.formUnion(missing) }
        }
        return RowVerdicts(unexpected: unexpected, missing: ignored.missing(in: columns))
    }
}

/// Expects the numbers of a row to have a sum; pandas' sum over a row leaves missing values out.
struct SumJudge: RowJudge {
    let ignored: IgnoredRows
    let total: Double

    func verdicts(of columns: [Column]) throws(AssayError) -> RowVerdicts {
        var sums = [Double](repeating: 0, count: columns[0].count)
        for column in columns {
            // A row without a number has a 0 here.
            let numbers = try NumberColumn(column).values
            for row in sums.indices { sums[row] += numbers[row] }
        }
        return RowVerdicts(
            unexpected: RowBits(count: sums.count) { sums[$0] != total }, missing: ignored.missing(in: columns))
    }
}
