import AssayColumns
package import AssayJSON
import AssayTerms

/// What one expectation says about the data.
package struct ExpectationOutcome: Sendable {
    package var success: Bool
    /// Great Expectations' `result` object.
    package var result: JSONObject
    /// Where the data cannot be asked this question: a column is missing, or of another type.
    package var exception: String?
    /// Rows that were looked at.
    package var elementCount: Int
    /// Whether the expectation's own `row_condition` let no row through: Great Expectations calls most of these met.
    package var isVacuous = false

    init(success: Bool, result: JSONObject = [:], exception: String? = nil, elementCount: Int = 0) {
        self.success = success
        self.result = result
        self.exception = exception
        self.elementCount = elementCount
    }
}

/// An expectation in work: fed block by block with the rows its condition lets through.
protocol ExpectationState {
    /// The columns that `add` looks at.
    var columns: [Text] { get }

    /// - Parameter rows: the numbers of the rows in the data, from 0.
    mutating func add(_ block: RowBlock, rows: SelectedRows) throws(AssayError)

    mutating func outcome() throws(AssayError) -> ExpectationOutcome
}

/// The answer is known before any row: about columns, or about data that cannot be asked.
struct SettledExpectation: ExpectationState {
    let settled: ExpectationOutcome

    var columns: [Text] { [] }

    func add(_ block: RowBlock, rows: SelectedRows) {}
    func outcome() -> ExpectationOutcome { settled }
}
