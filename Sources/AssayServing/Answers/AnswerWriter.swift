import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayTerms

/// Scored and explained rows as JSON.
struct AnswerWriter {
    let model: ScoringModel
    /// `nil` where the model decides itself.
    let rule: (any DecisionRule)?
    /// `nil` leaves explanations out.
    let explainer: LinearExplainer?

    /// `{"predictions": […], "explanations": {…}}`.
    ///
    /// `predictions` is what MLflow answers: the labels, or rows of probabilities where the model's `predict_fn` is
    /// `predict_proba`. `shap_values` is row × column for two classes and row × class × column for more; `base_value` a
    /// number, or one per class. With a rule, `predictions` are its decisions as labels, and `decisions` says by which rule and
    /// how each row came to its own.
    func invocations(_ blocks: [BoundRows]) throws(AssayError) -> JSONValue {
        var predictions: [JSONValue] = []
        var shapValues: [JSONValue] = []
        var importance = FeatureImportance(featureCount: model.inputs.count)
        let scorer = Scorer(model)
        var decisions: [RuleDecision] = []
        for block in blocks {
            let values = try scorer.values(block.inputs)
            let scores = try scorer.scores(values)
            if let decided = try decide(scores, block) {
                decisions += decided
                predictions += decided.map { label(scores, $0) }
            } else {
                predictions += (0..<scores.rowCount).map { prediction(scores, row: $0) }
            }
            guard let explainer else { continue }
            let explanation = try explainer.explain(values, scores)
            importance.add(explanation, scores)
            shapValues += (0..<explanation.rowCount).map { Self.attributions(explanation, row: $0) }
        }
        var answer = JSONObject([("predictions", .array(predictions))])
        if let rule {
            answer["decisions"] = ["rule": rule.statement, "rows": .array(decisions.map { .object($0.details) })]
        }
        if let explainer {
            answer["explanations"] = [
                "feature_names": .array(model.inputs.map { .string($0.string) }),
                "background": .string(explainer.background.name),
                "space": "log-odds",
                "base_value": Self.perClass(explainer.baseValues.map { .number($0) }),
                "shap_values": .array(shapValues),
                "feature_importance": importance.shares.map { .array($0.map { .number($0) }) } ?? .null,
            ]
        }
        return .object(answer)
    }

    /// `{"prediction", "shap_values"}` of a single row, with a rule also `decision`.
    func single(_ block: BoundRows) throws(AssayError) -> JSONValue {
        let scorer = Scorer(model)
        let values = try scorer.values(block.inputs)
        let scores = try scorer.scores(values)
        var answer = JSONObject()
        if let rule, let decision = try decide(scores, block)?.first {
            answer["prediction"] = label(scores, decision)
            var details: JSONObject = ["rule": rule.statement]
            for member in decision.details.members { details[member.name] = member.value }
            answer["decision"] = .object(details)
        } else {
            answer["prediction"] = prediction(scores, row: 0)
        }
        if let explainer {
            answer["shap_values"] = Self.attributions(try explainer.explain(values, scores), row: 0)
        }
        return .object(answer)
    }

    /// `nil` without a rule.
    private func decide(_ scores: Scores, _ block: BoundRows) throws(AssayError) -> [RuleDecision]? {
        guard let rule, let own = block.own else { return nil }
        return try rule.decisions(scores.probabilities[rule.positiveIndex], inputs: block.inputs, own: own)
    }

    private func label(_ scores: Scores, _ decision: RuleDecision) -> JSONValue {
        let positive = rule?.positiveIndex ?? 1
        return Self.label(scores.labels, decision.isPositive ? positive : 1 - positive)
    }

    private func prediction(_ scores: Scores, row: Int) -> JSONValue {
        switch model.predictFunction {
        case .predict: Self.label(scores.labels, scores.classes[row])
        case .predictProbabilities: .array(scores.probabilities.map { .number($0[row]) })
        }
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
