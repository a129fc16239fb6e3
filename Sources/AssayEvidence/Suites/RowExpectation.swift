import AssayColumns
import AssayJSON
import AssayTerms

/// Judges rows one by one.
protocol RowJudge {
    mutating func verdicts(of columns: [Column]) throws(AssayError) -> [RowTally.Verdict]
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

    mutating func add(_ block: RowBlock, rows: [Int]) throws(AssayError) {
        let columns = columns.compactMap { block[$0] }
        let verdicts = try judge.verdicts(of: columns)
        let form = form
        for (index, verdict) in verdicts.enumerated() {
            tally.add(verdict, row: rows[index]) { Self.values(columns, index, form) }
        }
    }

    static func values(_ columns: [Column], _ row: Int, _ form: Form) -> (values: [ColumnValue?], shown: JSONValue) {
        let values = columns.map { $0.value(at: row) }
        let shown = zip(values, columns).map { RowTally.shown($0, in: $1) }
        switch form {
        case .single: return (values, shown[0])
        case .list: return (values, .array(shown))
        case .object: return (values, .object(JSONObject(zip(columns, shown).map { ($0.name.string, $1) })))
        }
    }

    mutating func outcome() -> ExpectationOutcome {
        ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}

/// Judges each value by itself; each distinct text once.
struct ValueJudge: RowJudge {
    private let isExpected: (ColumnValue) -> Bool
    private var texts: [RowTally.Verdict?] = []

    init(_ isExpected: @escaping (ColumnValue) -> Bool) { self.isExpected = isExpected }

    mutating func verdicts(of columns: [Column]) -> [RowTally.Verdict] {
        let column = columns[0]
        var verdicts = [RowTally.Verdict](repeating: .missing, count: column.count)
        if case .text(let codes, let dictionary) = column.values {
            for row in codes.indices where column.isPresent(row) {
                let code = Int(codes[row])
                while texts.count <= code { texts.append(nil) }
                let verdict = texts[code] ?? (isExpected(.text(dictionary[codes[row]])) ? .expected : .unexpected)
                texts[code] = verdict
                verdicts[row] = verdict
            }
            return verdicts
        }
        for row in verdicts.indices {
            if let value = column.value(at: row) { verdicts[row] = isExpected(value) ? .expected : .unexpected }
        }
        return verdicts
    }
}

/// Expects a value in every row, or in none.
struct MissingJudge: RowJudge {
    let expectsMissing: Bool

    mutating func verdicts(of columns: [Column]) -> [RowTally.Verdict] {
        (0..<columns[0].count).map { (columns[0].value(at: $0) == nil) == expectsMissing ? .expected : .unexpected }
    }
}

/// Expects values that rise, or fall, from each row that has one to the next.
struct OrderJudge: RowJudge {
    let isIncreasing: Bool
    let isStrict: Bool
    private var last: ColumnValue?

    init(isIncreasing: Bool, isStrict: Bool) {
        self.isIncreasing = isIncreasing
        self.isStrict = isStrict
    }

    mutating func verdicts(of columns: [Column]) -> [RowTally.Verdict] {
        (0..<columns[0].count).map { row in
            guard let value = columns[0].value(at: row) else { return .missing }
            defer { last = value }
            guard let last else { return .expected }
            if value == last { return isStrict ? .unexpected : .expected }
            return (last < value) == isIncreasing ? .expected : .unexpected
        }
    }
}

/// Judges several columns of a row together.
struct TupleJudge: RowJudge {
    /// Which rows are left out.
    enum Ignored {
        case allMissing, anyMissing, never
    }

    let ignored: Ignored
    let isExpected: ([ColumnValue?]) -> Bool

    mutating func verdicts(of columns: [Column]) -> [RowTally.Verdict] {
        (0..<(columns.first?.count ?? 0)).map { row in
            let values = columns.map { $0.value(at: row) }
            switch ignored {
            case .allMissing where values.allSatisfy({ $0 == nil }), .anyMissing where values.contains(nil): return .missing
            default: return isExpected(values) ? .expected : .unexpected
            }
        }
    }
}
