import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

/// An expectation on a number or set that a column has as a whole. The column's rows are counted for all such at once.
struct AggregateExpectation: ExpectationState {
    private let column: SharedColumn
    private let judge: (SharedColumn) throws(AssayError) -> ExpectationOutcome

    init(_ column: SharedColumn, judge: @escaping (SharedColumn) throws(AssayError) -> ExpectationOutcome) {
        self.column = column
        self.judge = judge
    }

    var columns: [Text] { [] }

    func add(_ block: RowBlock, rows: SelectedRows) {}

    func outcome() throws(AssayError) -> ExpectationOutcome {
        var outcome = try judge(column)
        outcome.elementCount = column.statistics.rowCount
        return outcome
    }
}

/// Counts rows, for expectations on the table.
struct RowCountExpectation: ExpectationState {
    let isExpected: (Int) -> Bool
    private var count = 0

    init(isExpected: @escaping (Int) -> Bool) { self.isExpected = isExpected }

    var columns: [Text] { [] }

    mutating func add(_ block: RowBlock, rows: SelectedRows) { count += block.rowCount }

    func outcome() throws(AssayError) -> ExpectationOutcome {
        ExpectationOutcome(
            success: isExpected(count), result: ["observed_value": .integer(Int64(count))], elementCount: count)
    }
}
