import AssayColumns
import AssayTerms

/// `quality.expectations`: a suite that stands in the policy itself, so that the policy's digest binds it.
///
/// An expectation that the data cannot be asked (a column is missing, or of another type) is not met, as Great Expectations has it. One
/// whose own condition lets no row through says nothing, and neither does the suite then: a gate passes on evidence only.
struct SuiteCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private let suite: ExpectationSuite
    // Safe: owned by one pass, which feeds its checks one after the other and is not copied meanwhile.
    private nonisolated(unsafe) var work: SuiteWork?

    /// - Throws: `unreadable` for what is no suite.
    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        guard setting.column == nil else {
            throw AssayError(
                .invalidArgument, "\(setting.descriptor.id) looks at the columns that its suite names; leave 'column' out")
        }
        self.setting = setting
        suite = try ExpectationSuite(json: Array(setting.text("suite").utf8))
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        let work: SuiteWork
        if let begun = self.work {
            work = begun
        } else {
            work = try SuiteWork(
                suite, types: setting.dataColumns.map { block[$0]?.type ?? .text }, columns: setting.dataColumns)
            self.work = work
        }
        try work.add(block)
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        // A condition that lets no row through still shows the columns.
        guard let work, rowCount > 0 else { return setting.result(value: nil, rows: 0, undefined: "the data has no row") }
        guard !suite.expectations.isEmpty else {
            return setting.result(value: nil, rows: rowCount, undefined: "the suite has no expectation")
        }
        let outcomes = try work.outcomes()
        if let index = outcomes.firstIndex(where: \.isVacuous) {
            let title = suite.expectations[index].title
            return setting.result(
                value: nil, rows: rowCount,
                undefined: "expectation \(index + 1), \(title), looked at no row: its row_condition lets none through")
        }
        let met = outcomes.filter(\.success).count
        return setting.result(
            value: Double(met) / Double(outcomes.count), measure: "success",
            groups: zip(suite.expectations, outcomes).map { $0.group($1) }, rows: rowCount)
    }
}
