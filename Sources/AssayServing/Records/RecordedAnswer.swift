import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
package import AssayRecords
package import AssayTerms

/// Turns what was scored into rows for a prediction record.
///
/// Of two classes `@score` is the probability of the second, and `@shap:…` the attributions to its score; of more there is a score a class,
/// and the attributions are those of the predicted class. A request that failed is one row without inputs and prediction.
package struct RecordedAnswer: Sendable {
    /// What of a request is kept.
    package enum Content: String, Sendable, CaseIterable {
        /// Inputs, other columns asked for, prediction, scores, attributions.
        case values
        /// Prediction and scores, with the client's reference to the inputs.
        case references
    }

    package var model: Text
    package var version: Int
    package var manifest: SHA256Digest
    package var content: Content
    package var sampling: Int

    package init(model: Text, version: Int, manifest: SHA256Digest, content: Content, sampling: Int) {
        self.model = model
        self.version = version
        self.manifest = manifest
        self.content = content
        self.sampling = sampling
    }

    /// One segment for each block, with rows numbered through.
    package func segments(_ facts: RequestFacts, _ scored: [ScoredRows]) -> [RecordSegment] {
        if scored.isEmpty { return [segment(facts, rows: 1, firstRow: 0, total: 1, [])] }
        let total = scored.reduce(0) { $0 + $1.rowCount }
        var first = 0
        return scored.compactMap { block in
            defer { first += block.rowCount }
            return block.rowCount == 0 ? nil : segment(facts, rows: block.rowCount, firstRow: first, total: total, columns(block))
        }
    }

    private func segment(_ facts: RequestFacts, rows: Int, firstRow: Int, total: Int, _ columns: [Column]) -> RecordSegment {
        let id = RecordID(request: facts.id, row: 0)
        func constant(_ name: Text, _ value: Int64) -> Column { Column(name: name, values: .int64([Int64](repeating: value, count: rows))) }
        func constant(_ name: Text, _ text: Text) -> Column {
            Column(name: name, values: .text(codes: [Int32](repeating: 0, count: rows), dictionary: TextDictionary([text])))
        }
        var own = [
            constant(RecordColumn.idHigh, Int64(bitPattern: id.high)), constant(RecordColumn.idLow, Int64(bitPattern: id.low)),
            Column(name: RecordColumn.row, values: .int64((0..<rows).map { Int64(firstRow + $0) })),
            Column(name: RecordColumn.time, values: .timestamp([Int64](repeating: facts.time, count: rows))),
            Column(name: RecordColumn.seconds, values: .double([Double](repeating: facts.seconds, count: rows))),
            constant(RecordColumn.status, Int64(facts.status)), constant(RecordColumn.form, facts.form),
            constant(RecordColumn.place, facts.place), constant(RecordColumn.arm, facts.arm),
        ]
        if let caller = facts.caller { own.append(constant(RecordColumn.caller, caller)) }
        if let batch = facts.batch { own.append(constant(RecordColumn.batch, batch)) }
        if facts.references.count == total, total > 1 {
            let dictionary = TextDictionary()
            let codes = facts.references[firstRow..<firstRow + rows].map { dictionary.code(for: $0) }
            own.append(Column(name: RecordColumn.reference, values: .text(codes: codes, dictionary: dictionary)))
        } else if let first = facts.references.first {
            own.append(constant(RecordColumn.reference, facts.references.count == 1 ? first : Text(facts.references.map(\.string).joined(separator: ","))))
        }
        return RecordSegment(
            model: model, version: version, manifest: manifest, writer: .init(spool: facts.id, number: 0), sampling: sampling,
            rows: RowBlock(rowCount: rows, columns: own + columns))
    }

    /// What rules said of each row, as JSON; missing where no rule for single predictions hit it, so that the share of such rows can be watched.
    private static func rules(_ block: ScoredRows) -> Column? {
        guard block.rules != nil || block.findings != nil else { return nil }
        // Rows without a text have the code of one that there is.
        let dictionary = TextDictionary([""])
        var isThere: [Bool] = []
        let codes = (0..<block.rowCount).map { row -> Int32 in
            var object = block.rules?[row] ?? [:]
            for member in block.findings?.record(row: row)?.members ?? [] { object[member.name] = member.value }
            isThere.append(!object.members.isEmpty)
            return object.members.isEmpty ? 0 : dictionary.code(for: Text(String(decoding: JSONValue.object(object).bytes(), as: UTF8.self)))
        }
        return Column(name: RecordColumn.rule, values: .text(codes: codes, dictionary: dictionary), validity: Validity(isThere))
    }

    /// The reasons that were given, and by which table; what is not answered has none.
    private static func reasons(_ block: ScoredRows) -> [Column] {
        let own = reasonCodes(block)
        guard let reasons = block.reasons else { return own }
        let dictionary = TextDictionary([""])
        let isGiven = (0..<block.rowCount).map { block.findings?.isAsPredicted($0) ?? true }
        let codes = (0..<block.rowCount).map { isGiven[$0] ? dictionary.code(for: reasons.codes($0)) : 0 }
        let table = Column.Values.text(
            codes: [Int32](repeating: 0, count: block.rowCount), dictionary: TextDictionary([Text("sha256:\(reasons.digest.hex)")]))
        return [
            Column(name: RecordColumn.reasons, values: .text(codes: codes, dictionary: dictionary), validity: Validity(isGiven)),
            Column(name: RecordColumn.reasonTable, values: table),
        ] + own
    }

    /// Those that the model gave itself; no column for a model that gives none.
    private static func reasonCodes(_ block: ScoredRows) -> [Column] {
        guard !block.predictions.reasons.isEmpty else { return [] }
        let dictionary = TextDictionary([""])
        let codes = (0..<block.rowCount).map { row in
            let value = block.reasonCodes(row)
            return value.isNull ? nil : dictionary.code(for: Text(String(decoding: value.bytes(), as: UTF8.self)))
        }
        return [
            Column(
                name: RecordColumn.reasonCodes, values: .text(codes: codes.map { $0 ?? 0 }, dictionary: dictionary),
                validity: Validity(codes.map { $0 != nil }))
        ]
    }

    private func columns(_ block: ScoredRows) -> [Column] {
        var columns = [Column(name: RecordColumn.prediction, values: block.labels.values, validity: block.labels.validity)]
        if let probabilities = block.predictions.probabilities {
            if probabilities.count == 2 {
                columns.append(Column(name: RecordColumn.score, values: .double(probabilities[1])))
            } else if let names = block.classNames, names.count == probabilities.count {
                for (name, values) in zip(names, probabilities) {
                    columns.append(Column(name: RecordColumn.score(of: name.name), values: .double(values)))
                }
            }
        }
        if let rules = Self.rules(block) { columns.append(rules) }
        columns += Self.reasons(block)
        columns += block.features?.columns ?? []
        guard content == .values else { return columns }
        for column in block.inputs.columns + (block.further?.columns ?? []) + (block.features?.asked ?? []) {
            columns.append(Column(name: RecordColumn.recorded(column.name), values: column.values, validity: column.validity))
        }
        if let explanation = block.explanation {
            let scores = explanation.baseValues.count
            for (place, name) in explanation.featureNames.enumerated() {
                let values = (0..<explanation.rowCount).map { row in
                    let score = scores == 1 ? 0 : block.classes.indices.contains(row) ? block.classes[row] : 0
                    let attributions = explanation.attributions(row: row, score: score)
                    return attributions[attributions.startIndex + place]
                }
                columns.append(Column(name: RecordColumn.attribution(of: name), values: .double(values)))
            }
        }
        return columns
    }
}
