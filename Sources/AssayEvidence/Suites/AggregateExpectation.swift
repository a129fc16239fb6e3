import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

/// The moments of a column's numbers, fed with columns.
struct NumberBlocks {
    private(set) var moments = NumberMoments()

    mutating func add(_ column: Column) {
        if let numbers = ColumnStatistics.presentNumbers(column) { moments.add(numbers) }
    }
}

/// An expectation on a number or set that a column has as a whole.
struct AggregateExpectation: ExpectationState {
    private var statistics: ColumnStatistics
    private let judge: (ColumnStatistics) throws(AssayError) -> ExpectationOutcome

    init(
        _ column: Text, type: ColumnType, parts: ColumnStatistics.Parts,
        judge: @escaping (ColumnStatistics) throws(AssayError) -> ExpectationOutcome
    ) {
        statistics = ColumnStatistics(name: column, type: type, parts: parts)
        self.judge = judge
    }

    mutating func add(_ block: RowBlock, rows: [Int]) {
        if let column = block[statistics.name] { statistics.add(column) }
    }

    mutating func outcome() throws(AssayError) -> ExpectationOutcome {
        var outcome = try judge(statistics)
        outcome.elementCount = statistics.rowCount
        return outcome
    }
}

/// Counts rows, for expectations on the table.
struct RowCountExpectation: ExpectationState {
    let isExpected: (Int) -> Bool
    private var count = 0

    init(isExpected: @escaping (Int) -> Bool) { self.isExpected = isExpected }

    mutating func add(_ block: RowBlock, rows: [Int]) { count += block.rowCount }

    mutating func outcome() -> ExpectationOutcome {
        ExpectationOutcome(
            success: isExpected(count), result: ["observed_value": .integer(Int64(count))], elementCount: count)
    }
}
