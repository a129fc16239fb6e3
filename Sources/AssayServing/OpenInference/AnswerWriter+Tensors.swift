import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayTerms

/// Scored and explained rows as tensors.
extension AnswerWriter {
    private enum Output: Text, CaseIterable {
        case predict
        case probabilities = "predict_proba"
        case attributions = "shap_values"
        case bases = "base_values"
        case rules
        case reasons
        case reasonCodes = "reason_codes"
    }

    /// Whether any of the outputs takes an explanation.
    func explains(_ names: [Text]) -> Bool {
        isExplained && names.contains { [.attributions, .bases, .reasons].contains(Output(rawValue: $0)) }
    }

    /// The outputs there are, of which ``Output/predict`` is answered where none is asked for.
    var tensorKinds: [InferenceMetadata.Tensor] {
        let classes = form.classes?.count
        var kinds: [InferenceMetadata.Tensor] = [.init(name: Output.predict.rawValue, type: labelType, shape: [-1, 1])]
        if let classes { kinds.append(.init(name: Output.probabilities.rawValue, type: .fp64, shape: [-1, classes])) }
        if reasonCount > 0 { kinds.append(.init(name: Output.reasonCodes.rawValue, type: .bytes, shape: [-1, 1])) }
        guard isExplained else { return kinds }
        let scores = classes.map { $0 > 2 ? $0 : 1 } ?? 1
        let shape = scores == 1 ? [-1, form.inputs.count] : [-1, scores, form.inputs.count]
        kinds.append(.init(name: Output.attributions.rawValue, type: .fp64, shape: shape))
        kinds.append(.init(name: Output.bases.rawValue, type: .fp64, shape: [scores]))
        if reasons != nil { kinds.append(.init(name: Output.reasons.rawValue, type: .bytes, shape: [-1, 1])) }
        return kinds
    }

    /// - `predict`: [N, 1], the labels or numbers the model answers, or a rule's decisions.
    /// - `predict_proba`: [N, classes].
    /// - `shap_values`: [N, columns], or [N, classes, columns] for more than two; `base_values`: one number, or one a class.
    ///
    /// - `reasons`, where there is a table of reason codes: [N, 1], those of a row as JSON text.
    /// - `reason_codes`, where the model gives some itself: [N, 1], a list of codes as JSON text.
    /// - `rules`, where there is a book of them: [N, 1], which rules hit a row as JSON text, `[]` where none does.
    ///
    /// Nothing is explained that is not asked for, by the request or by a rule.
    ///
    /// - Throws: `badRequest` for an output that there is none of; `refused` where a rule refuses a row or leaves it to a person, since tensors
    ///   have no word for no answer.
    func tensors(_ rows: BoundRows, _ names: [Text], rules book: RuleBook?) throws(ServingFailure) -> (tensors: [InferenceTensor], scored: ScoredRows) {
        var outputs: [Output] = []
        let known = tensorKinds.map(\.name) + (book == nil ? [] : [Output.rules.rawValue])
        for name in names.isEmpty ? [Output.predict.rawValue] : names {
            guard let output = Output(rawValue: name), known.contains(name), !outputs.contains(output) else {
                throw .badRequest(
                    "output '\(name)' is not there, or asked for twice; there are \(known.map(\.string).joined(separator: ", "))")
            }
            outputs.append(output)
        }
        let answered: ([InferenceTensor], ScoredRows)
        do throws(AssayError) {
            answered = try tensors(rows, outputs, book)
        } catch {
            throw .model(error)
        }
        if let refusal = RuleRefusal([answered.1], of: [.refuse, .refer]) { throw .refused(refusal) }
        return answered
    }

    private func tensors(_ rows: BoundRows, _ outputs: [Output], _ book: RuleBook?) throws(AssayError) -> ([InferenceTensor], ScoredRows) {
        let explains = !outputs.filter { [.attributions, .bases, .reasons].contains($0) }.isEmpty || book?.needsExplanation ?? false
        let answered = try (explains ? self : unexplained).answers([rows], nil)
        guard let answer = answered.rows.first else { throw AssayError(.internalFault, "a block has no answer") }
        let count = answer.predictions.rowCount
        let decided = outputs.contains(.predict) ? try decide(answer.predictions, rows) : nil
        let scored = self.scored(rows, answer, decided, book)
        let isGiven = { (row: Int) in scored.findings?.isAsPredicted(row) ?? true }
        var tensors: [InferenceTensor] = []
        for output in outputs {
            let name = output.rawValue
            switch output {
            case .predict:
                let values = (0..<count).map { row in
                    isGiven(row) ? decided.map { label($0[row]) } ?? answer.predictions.values.json(row) : scored.findings?.replacement(row) ?? .null
                }
                tensors.append(InferenceTensor(name, [count, 1], labelType, values))
            case .probabilities:
                guard let columns = answer.predictions.probabilities ?? (count == 0 ? [] : nil) else {
                    throw AssayError(.unreadable, "the model gives no probabilities", cause: ModelOutage(.unusable))
                }
                let values = (0..<count).flatMap { row in columns.map { JSONValue.number($0[row]) } }
                tensors.append(InferenceTensor(name, [count, columns.isEmpty ? form.classes?.count ?? 0 : columns.count], .fp64, values))
            case .attributions:
                let scores = answered.how?.baseValues.count ?? 1
                let values = (0..<count).flatMap { row in
                    (0..<scores).flatMap { score in
                        answer.explanation?.attributions(row: row, score: score).map { JSONValue.number($0) } ?? []
                    }
                }
                let shape = scores == 1 ? [count, form.inputs.count] : [count, scores, form.inputs.count]
                tensors.append(InferenceTensor(name, shape, .fp64, values))
            case .bases:
                let bases = answered.how?.baseValues ?? []
                tensors.append(InferenceTensor(name, [bases.count], .fp64, bases.map { .number($0) }))
            case .reasons:
                let values = (0..<count).map { row in
                    JSONValue.string(String(decoding: (isGiven(row) ? answer.reasons?.json(row) ?? .null : .null).bytes(), as: UTF8.self))
                }
                tensors.append(InferenceTensor(name, [count, 1], .bytes, values))
            case .reasonCodes:
                let values = (0..<count).map { JSONValue.string(String(decoding: scored.reasonCodes($0).bytes(), as: UTF8.self)) }
                tensors.append(InferenceTensor(name, [count, 1], .bytes, values))
            case .rules:
                let values = (0..<count).map { row in
                    JSONValue.string(String(decoding: JSONValue.array(scored.findings?.json(row: row) ?? []).bytes(), as: UTF8.self))
                }
                tensors.append(InferenceTensor(name, [count, 1], .bytes, values))
            }
        }
        return (tensors, scored)
    }

    private var labelType: InferenceTensor.DataType {
        switch form.classes {
        case .integers: .int64
        case .numbers, nil: .fp64
        case .booleans: .bool
        case .texts: .bytes
        }
    }

    var isExplained: Bool {
        if case .nothing = explaining { return false }
        return true
    }

    /// Why so many rows are not explained unless somebody asks; `nil` where they are, or nothing is.
    func omission(rowCount: Int) -> String? {
        guard case .kernel(let kernel) = explaining else { return nil }
        return kernel.omission(rowCount: rowCount)
    }

    var unexplained: AnswerWriter { AnswerWriter(predictor: predictor, rule: rule, explaining: .nothing, tellsReasonCodes: tellsReasonCodes) }
}
