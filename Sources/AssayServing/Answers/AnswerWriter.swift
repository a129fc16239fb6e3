import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayTerms

/// Scored and explained rows as JSON.
struct AnswerWriter {
    let predictor: any RowPredictor
    /// `nil` where the model decides itself.
    let rule: (any DecisionRule)?
    let explaining: Explaining

    var form: ModelForm { predictor.form }

    /// `{"predictions": […], "explanations": {…}}`.
    ///
    /// `predictions` is what MLflow answers: the labels, or rows of probabilities where the model's `predict_fn` is
    /// `predict_proba`. `shap_values` is row × column for two classes and row × class × column for more; `base_value` a
    /// number, or one per class. With a rule, `predictions` are its decisions as labels, and `decisions` says by which rule and
    /// how each row came to its own.
    func invocations(_ blocks: [BoundRows], parameters: JSONValue?) throws(AssayError) -> (JSONValue, [ScoredRows]) {
        var scored: [ScoredRows] = []
        var predictions: [JSONValue] = []
        var shapValues: [JSONValue] = []
        var importance = FeatureImportance(featureCount: form.inputs.count)
        var decisions: [RuleDecision] = []
        let explained = try answers(blocks, parameters)
        for (block, answer) in zip(blocks, explained.rows) {
            let decided = try decide(answer.predictions, block)
            scored.append(self.scored(block, answer, decided))
            if let decided {
                decisions += decided
                predictions += decided.map(label)
            } else {
                predictions += (0..<answer.predictions.rowCount).map { prediction(answer.predictions, row: $0) }
            }
            guard let explanation = answer.explanation else { continue }
            importance.add(explanation, classes: answer.classes)
            shapValues += (0..<explanation.rowCount).map { Self.attributions(explanation, row: $0) }
        }
        var answer = JSONObject([("predictions", .array(predictions))])
        if let rule {
            answer["decisions"] = ["rule": rule.statement, "rows": .array(decisions.map { .object($0.details) })]
        }
        if let how = explained.how {
            var object: JSONObject = [
                "feature_names": .array(form.inputs.map { .string($0.string) }),
                "background": .string(how.background),
                "space": .string(how.space),
                "base_value": Self.perClass(how.baseValues.map { .number($0) }),
                "shap_values": .array(shapValues),
                "feature_importance": importance.shares.map { .array($0.map { .number($0) }) } ?? .null,
            ]
            object["evaluations"] = how.evaluations.map { .integer(Int64($0)) }
            answer["explanations"] = .object(object)
        }
        return (.object(answer), scored)
    }

    /// What was answered, for whoever records or compares it.
    func scored(_ block: BoundRows, _ answer: Answered, _ decided: [RuleDecision]?) -> ScoredRows {
        let positive = rule?.positiveIndex ?? 1
        let labels = decided.map { decided -> Column? in
            guard let classes = form.classes?.values, classes.count == 2 else { return nil }
            return ScoredRows.labels(decided.map { classes[$0.isPositive ? positive : 1 - positive] })
        } ?? nil
        return ScoredRows(
            inputs: block.inputs, further: block.further, predictions: answer.predictions, labels: labels ?? answer.predictions.values,
            rules: decided?.map(\.details), explanation: answer.explanation, classes: answer.classes, classNames: form.classes?.values)
    }

    /// `{"prediction", "shap_values"}` of a single row, with a rule also `decision`.
    func single(_ block: BoundRows) throws(AssayError) -> JSONValue {
        guard let row = try answers([block], nil).rows.first else { throw AssayError(.internalFault, "a row has no answer") }
        var answer = JSONObject()
        if let rule, let decision = try decide(row.predictions, block)?.first {
            answer["prediction"] = label(decision)
            var details: JSONObject = ["rule": rule.statement]
            for member in decision.details.members { details[member.name] = member.value }
            answer["decision"] = .object(details)
        } else {
            answer["prediction"] = prediction(row.predictions, row: 0)
        }
        if let explanation = row.explanation { answer["shap_values"] = Self.attributions(explanation, row: 0) }
        return .object(answer)
    }

    struct Answered {
        var predictions: Predictions
        var explanation: Explanation?
        /// Each row's predicted class by index, where it is explained.
        var classes: [Int] = []
    }

    typealias How = (background: String, space: String, baseValues: [Double], evaluations: Int?)

    /// - Returns: `how` rows were explained; `nil` where they were not.
    func answers(_ blocks: [BoundRows], _ parameters: JSONValue?) throws(AssayError) -> (rows: [Answered], how: How?) {
        switch explaining {
        case .nothing:
            let rows = try predictor.predictions(blocks.map(\.inputs), parameters: parameters).map { Answered(predictions: $0) }
            return (rows, nil)
        case .linear(let explainer):
            let rows = try blocks.map { (block) throws(AssayError) -> Answered in
                let values = try explainer.scorer.values(block.inputs)
                let scores = try explainer.scorer.scores(values)
                return Answered(
                    predictions: scores.predictions(explainer.scorer.model.predictFunction),
                    explanation: try explainer.explain(values, scores), classes: scores.classes)
            }
            return (rows, (explainer.background.name, "log-odds", explainer.baseValues, nil))
        case .kernel(let kernel):
            let answers = try predictor.predictions(blocks.map(\.inputs), parameters: parameters)
            var explainer = try kernel.explainer(predictor, parameters)
            var rows: [Answered] = []
            for (block, predictions) in zip(blocks, answers) {
                let outputs = try explainer.answers(predictions, block.inputs)
                rows.append(
                    Answered(
                        predictions: predictions, explanation: try explainer.explain(block.inputs, outputs).explanation,
                        classes: form.classes.map { predictions.classes(among: $0) } ?? []))
            }
            return (rows, (explainer.background.name, explainer.space, explainer.baseValues, explainer.evaluationCount))
        }
    }

    /// `nil` without a rule.
    func decide(_ predictions: Predictions, _ block: BoundRows) throws(AssayError) -> [RuleDecision]? {
        guard let rule, let own = block.own else { return nil }
        if predictions.rowCount == 0 { return [] }
        guard let probabilities = predictions.probabilities, probabilities.indices.contains(rule.positiveIndex) else {
            throw AssayError(
                .unreadable, "the model gives no probabilities, by which it is decided", cause: ModelOutage(.unusable))
        }
        return try rule.decisions(probabilities[rule.positiveIndex], inputs: block.inputs, own: own)
    }

    func label(_ decision: RuleDecision) -> JSONValue {
        let positive = rule?.positiveIndex ?? 1
        return form.classes.map { Self.label($0, decision.isPositive ? positive : 1 - positive) } ?? .null
    }

    private func prediction(_ predictions: Predictions, row: Int) -> JSONValue {
        let value: JSONValue
        switch (predictions.answer, predictions.probabilities) {
        case (.probabilities, let probabilities?): return .array(probabilities.map { .number($0[row]) })
        case (.secondProbability, let probabilities?): value = .number(probabilities[1][row])
        default: value = predictions.values.json(row)
        }
        return predictions.record.map { .object(JSONObject([($0.string, value)])) } ?? value
    }

    static func label(_ labels: ClassLabels, _ index: Int) -> JSONValue {
        switch labels {
        case .integers(let labels): .integer(labels[index])
        case .numbers(let labels): .number(labels[index])
        case .booleans(let labels): .bool(labels[index])
        case .texts(let labels): .string(labels[index].string)
        }
    }

    static func attributions(_ explanation: Explanation, row: Int) -> JSONValue {
        perClass(
            explanation.baseValues.indices.map { score in
                .array(explanation.attributions(row: row, score: score).map { .number($0) })
            })
    }

    /// One value for two classes, a list for more.
    static func perClass(_ values: [JSONValue]) -> JSONValue { values.count == 1 ? values[0] : .array(values) }
}
