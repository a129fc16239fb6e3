import AssayColumns
import AssayTerms

/// A check that looks at columns by themselves and keeps its own state through the shared pass.
///
/// Blocks come in order, each once; a block has every column that the check may read and the data has. Why it is one
/// protocol and not a case in `EvidencePass`: see docs/design/column-checks.md.
protocol ColumnCheck: Sendable {
    /// - Throws: `invalidArgument` where a column's values are not what the check is about.
    mutating func add(_ block: RowBlock) throws(AssayError)

    /// The answer over all rows added. Called once or more, after the last block.
    func result(rowCount: Int) throws(AssayError) -> CheckResult
}

/// What a column check is made from.
struct ColumnCheckSetting {
    let descriptor: CheckDescriptor
    /// The column named; `nil` means all columns, for checks that allow it.
    let column: Text?
    /// Every option, standards filled in.
    let options: [Text: Text]
    let request: EvidenceRequest
    /// All columns of the data, in its order.
    let dataColumns: [Text]
    /// What drift compares with, where there is one.
    let reference: DriftProfile?

    /// - Throws: `invalidArgument` where the data has no such column, with near names.
    func require(_ column: Text) throws(AssayError) {
        guard !dataColumns.contains(column) else { return }
        throw AssayError(
            .invalidArgument, "\(descriptor.id): the data has \(NearNames.message(missingColumn: column, columns: dataColumns))")
    }

    func text(_ name: Text) -> Text { options[name] ?? "" }

    /// An option that `CheckOption` has read as a number.
    func number(_ name: Text) -> Double { options[name].flatMap { Double($0.string) } ?? 0 }

    /// A result of this check on its column with its options.
    func result(
        value: Double?, measure: String? = nil, groups: [CheckResult.Group] = [], rows: Int, undefined: String? = nil
    ) -> CheckResult {
        CheckResult(
            descriptor: descriptor, column: column, options: options, value: value, measure: measure, groups: groups,
            rows: rows, undefined: undefined)
    }
}
