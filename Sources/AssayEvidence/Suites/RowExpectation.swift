import AssayColumns
import AssayJSON
import AssayTerms

/// What a judge says of a block's rows.
struct RowVerdicts {
    /// None of them is missing.
    var unexpected: RowBits
    /// The rows left out; `nil` for none.
    var missing: RowBits?

    init(unexpected: RowBits, missing: RowBits?) {
        self.unexpected = unexpected
        self.missing = missing
        if let missing { self.unexpected.subtract(missing) }
    }
}

/// Judges the rows of a block, each by its own values or by those before it.
protocol RowJudge {
    mutating func verdicts(of columns: [Column]) throws(AssayError) -> RowVerdicts
}

/// An expectation on each row's value in one column, or values in several.
struct RowExpectation: ExpectationState {
    /// How the unexpected values of a row are shown.
    enum Form {
        case single, list, object
    }

    let columns: [Text]
    let mostly: Double
    let form: Form
    var judge: any RowJudge
    private var tally: RowTally

    init(_ columns: [Text], mostly: Double, form: Form = .single, countsMissing: Bool = true, judge: any RowJudge) {
        self.columns = columns
        self.mostly = mostly
        self.form = form
        self.judge = judge
        tally = RowTally(countsMissing: countsMissing)
    }

    mutating func add(_ block: RowBlock, rows: SelectedRows) throws(AssayError) {
        let columns = columns.compactMap { block[$0] }
        let verdicts = try judge.verdicts(of: columns)
        let form = form
        tally.add(verdicts, number: { rows[$0] }) { row in
            let values = columns.map { $0.value(at: row) }
            return (values, Self.shown(values, columns.map(\.name), columns.map(\.type), form))
        }
    }

    static func shown(_ values: [ColumnValue?], _ names: [Text], _ types: [ColumnType], _ form: Form) -> JSONValue {
        let shown = zip(values, types).map { RowTally.shown($0, of: $1) }
        switch form {
        case .single: return shown[0]
        case .list: return .array(shown)
        case .object: return .object(JSONObject(zip(names, shown).map { ($0.string, $1) }))
        }
    }

    mutating func outcome() -> ExpectationOutcome {
        ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}

/// Expects a value in every row, or in none.
struct MissingJudge: RowJudge {
    let expectsMissing: Bool

    func verdicts(of columns: [Column]) -> RowVerdicts {
        let missing = columns[0].missingRows ?? RowBits(count: columns[0].count)
        return RowVerdicts(unexpected: expectsMissing ? missing.inverted : missing, missing: nil)
    }
}
