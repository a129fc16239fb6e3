import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayRecords
import AssayServing
import AssayTerms

/// The columns of a job's result: what is answered, with what probabilities and why, by which record, what rules said, and the reasons.
struct JobColumns {
    /// Each with the type that it has where there is no row to tell.
    let all: [(name: Text, type: ColumnType)]
    private let classCount: Int
    /// Reasons that the model gives itself.
    private let reasonCount: Int
    private let inputCount: Int
    private let isExplained: Bool
    private let isRecorded: Bool
    private let isRuled: Bool
    private let givesReasons: Bool
    /// Whether numbers without classes are fractions in every block: whole ones come as such where a block has no others.
    private let areNumbersFractions: Bool

    /// - Parameters:
    ///   - isRecorded: whether the job's rows have prediction records.
    ///   - isRuled: whether rows are held against rules.
    ///   - isTyped: whether a column has to be of one type in all blocks.
    init(_ service: ScoringService, isExplained: Bool, isRecorded: Bool, isRuled: Bool, isTyped: Bool) {
        let classes = service.form.classes
        classCount = classes?.count ?? 0
        reasonCount = service.reasonCount
        inputCount = service.form.inputs.count
        self.isExplained = isExplained
        self.isRecorded = isRecorded
        self.isRuled = isRuled
        givesReasons = isExplained && service.givesReasons
        areNumbersFractions = isTyped && classes == nil
        var all: [(name: Text, type: ColumnType)] = [("prediction", classes?.column(named: "prediction", classes: []).type ?? .double)]
        if let classes { all += (0..<classes.count).map { (Text("probability_\(classes.text($0))"), .double) } }
        all += Predictions.reasonNames(reasonCount).map { ($0, .text) }
        if isExplained { all += service.form.inputs.map { (Text("shap_\($0)"), .double) } }
        all += [(isRecorded, "record"), (isRuled, "rules"), (givesReasons, "reasons")].filter(\.0).map { ($0.1, .text) }
        self.all = all
    }

    /// A scored block. What a rule leaves to a person or refuses is told neither as a label nor as a probability; a replacement has none.
    ///
    /// - Parameter id: of the block's records; `nil` where none were kept.
    /// - Throws: `unsupported` for a whole number that a column of fractions cannot hold.
    func block(_ scored: ScoredRows, id: [UInt8]?) throws(AssayError) -> RowBlock {
        let rows = 0..<scored.rowCount
        let isGiven = rows.map { scored.findings?.isAsPredicted($0) ?? true }
        let given = Validity(isGiven)
        let nothing = Column(
            name: "nothing", values: .double([Double](repeating: 0, count: rows.count)), validity: Validity(count: rows.count, present: false))
        var columns = [areNumbersFractions ? try Self.fractions(scored.labels) : scored.labels]
        for place in 0..<classCount {
            guard let probabilities = scored.predictions.probabilities, probabilities.indices.contains(place) else {
                columns.append(nothing)
                continue
            }
            columns.append(Column(name: "probability", values: .double(probabilities[place]), validity: given))
        }
        columns += (0..<reasonCount).map { scored.predictions.reasonColumn($0) { isGiven[$0] } }
        if isExplained {
            if let explanation = scored.explanation {
                let isOne = explanation.baseValues.count == 1
                let attributions = rows.map { row in
                    Array(explanation.attributions(row: row, score: isOne ? 0 : scored.classes.indices.contains(row) ? scored.classes[row] : 0))
                }
                columns += (0..<inputCount).map { input in Column(name: "shap", values: .double(attributions.map { $0[input] }), validity: given) }
            } else {
                columns += [Column](repeating: nothing, count: inputCount)
            }
        }
        func texts(_ text: (Int) -> Text?) -> Column { Column(name: "text", texts: rows.map(text)) }
        if isRecorded { columns.append(texts { row in id.map { Text("\(RecordID(request: $0, row: Int64(row)))") } }) }
        if isRuled {
            columns.append(
                texts { row in
                    let hits = scored.findings?.json(row: row) ?? []
                    return hits.isEmpty ? nil : Self.text(.array(hits))
                })
        }
        if givesReasons {
            columns.append(texts { row in isGiven[row] ? scored.reasons.map { Self.text($0.json(row)) } : nil })
        }
        return RowBlock(rowCount: rows.count, columns: columns)
    }

    private static func fractions(_ column: Column) throws(AssayError) -> Column {
        guard case .int64(let values) = column.values else { return column }
        guard values.allSatisfy({ Double(exactly: $0) != nil }) else {
            throw AssayError(.unsupported, "the model answers whole numbers beyond 2^53, which a column of fractions does not hold; ask for csv or jsonl")
        }
        return Column(name: column.name, values: .double(values.map { Double($0) }), validity: column.validity)
    }

    private static func text(_ value: JSONValue) -> Text { Text(String(decoding: value.bytes(), as: UTF8.self)) }
}
