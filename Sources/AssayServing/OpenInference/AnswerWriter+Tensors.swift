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
    }

    /// Whether any of the outputs takes an explanation.
    func explains(_ names: [Text]) -> Bool {
        isExplained && names.contains { $0 == Output.attributions.rawValue || $0 == Output.bases.rawValue }
    }

    /// The outputs there are, of which ``Output/predict`` is answered where none is asked for.
    var tensorKinds: [InferenceMetadata.Tensor] {
        let classes = form.classes?.count
        var kinds: [InferenceMetadata.Tensor] = [.init(name: Output.predict.rawValue, type: labelType, shape: [-1, 1])]
        if let classes { kinds.append(.init(name: Output.probabilities.rawValue, type: .fp64, shape: [-1, classes])) }
        guard isExplained else { return kinds }
        let scores = classes.map { $0 > 2 ? $0 : 1 } ?? 1
        let shape = scores == 1 ? [-1, form.inputs.count] : [-1, scores, form.inputs.count]
        kinds.append(.init(name: Output.attributions.rawValue, type: .fp64, shape: shape))
        kinds.append(.init(name: Output.bases.rawValue, type: .fp64, shape: [scores]))
        return kinds
    }

    /// - `predict`: [N, 1], the labels or numbers the model answers, or a rule's decisions.
    /// - `predict_proba`: [N, classes].
    /// - `shap_values`: [N, columns], or [N, classes, columns] for more than two; `base_values`: one number, or one a class.
    ///
    /// Nothing is explained that is not asked for.
    ///
    /// - Throws: `badRequest` for an output that there is none of.
    func tensors(_ rows: BoundRows, _ names: [Text]) throws(ServingFailure) -> (tensors: [InferenceTensor], scored: ScoredRows) {
        var outputs: [Output] = []
        let known = tensorKinds.map(\.name)
        for name in names.isEmpty ? [Output.predict.rawValue] : names {
            guard let output = Output(rawValue: name), known.contains(name), !outputs.contains(output) else {
                throw .badRequest(
                    "output '\(name)' is not there, or asked for twice; there are \(known.map(\.string).joined(separator: ", "))")
            }
            outputs.append(output)
        }
        do throws(AssayError) {
            return try tensors(rows, outputs)
        } catch {
            throw .model(error)
        }
    }

    private func tensors(_ rows: BoundRows, _ outputs: [Output]) throws(AssayError) -> ([InferenceTensor], ScoredRows) {
        let explains = outputs.contains(.attributions) || outputs.contains(.bases)
        let answered = try (explains ? self : unexplained).answers([rows], nil)
        guard let answer = answered.rows.first else { throw AssayError(.internalFault, "a block has no answer") }
        let count = answer.predictions.rowCount
        let decided = outputs.contains(.predict) ? try decide(answer.predictions, rows) : nil
        var tensors: [InferenceTensor] = []
        for output in outputs {
            let name = output.rawValue
            switch output {
            case .predict:
                let values = decided?.map(label) ?? (0..<count).map { answer.predictions.values.json($0) }
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
            }
        }
        return (tensors, scored(rows, answer, decided))
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

    private var unexplained: AnswerWriter { AnswerWriter(predictor: predictor, rule: rule, explaining: .nothing) }
}
