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
    /// What explained rows are given reasons by; `nil` where there is no table.
    var reasons: ReasonTable?
    /// Whether the model's own reason codes are told, where it gives some.
    var tellsReasonCodes = true

    /// How many of them a row can have.
    var reasonCount: Int { tellsReasonCodes ? predictor.reasonCount : 0 }

    var form: ModelForm { predictor.form }

    /// `{"predictions": […], "explanations": {…}}`.
    ///
    /// `predictions` is what MLflow answers: the labels, or rows of probabilities where the model's `predict_fn` is
    /// `predict_proba`. `shap_values` is row × column for two classes and row × class × column for more; `base_value` a
    /// number, or one per class. With a rule, `predictions` are its decisions as labels, and `decisions` says by which rule and
    /// how each row came to its own. With a book of rules, what they do not let be answered is `null` or a replacement, without an
    /// explanation, without a part in `feature_importance` and with `null` in `decisions.rows`, and `rules` says what hit which row, where something did.
    /// With a table of reason codes `reasons` has those of each row; what a model gives by its own word, as scorecards do, is `reason_codes`.
    /// With an omission nothing is explained, and `explanations` is `{"omitted": why}`.
    ///
    /// - Throws: ``RuleRefusal`` where a rule refuses a row.
    func invocations(
        _ blocks: [BoundRows], parameters: JSONValue?, rules book: RuleBook? = nil, omission: String? = nil
    ) throws -> (JSONValue, [ScoredRows]) {
        var scored: [ScoredRows] = []
        var predictions: [JSONValue] = []
        var shapValues: [JSONValue] = []
        var importance = FeatureImportance(featureCount: form.inputs.count)
        var decisions: [JSONValue] = []
        let explained = try (omission == nil ? self : unexplained).answers(blocks, parameters)
        for (block, answer) in zip(blocks, explained.rows) {
            let decided = try decide(answer.predictions, block)
            let judged = self.scored(block, answer, decided, book)
            scored.append(judged)
            let isGiven = { (row: Int) in judged.findings?.isAsPredicted(row) ?? true }
            if let decided {
                decisions += decided.enumerated().map { isGiven($0.offset) ? .object($0.element.details) : .null }
                predictions += decided.enumerated().map { isGiven($0.offset) ? label($0.element) : given(judged, $0.offset) }
            } else {
                predictions += (0..<answer.predictions.rowCount).map { row in
                    isGiven(row) ? prediction(answer.predictions, row: row) : given(judged, row)
                }
            }
            guard let explanation = answer.explanation else { continue }
            importance.add(explanation, classes: answer.classes, where: isGiven)
            shapValues += (0..<explanation.rowCount).map { isGiven($0) ? Self.attributions(explanation, row: $0) : .null }
        }
        if let refusal = RuleRefusal(scored, of: [.refuse]) { throw refusal }
        var answer = JSONObject([("predictions", .array(predictions))])
        if let rule {
            answer["decisions"] = ["rule": rule.statement, "rows": .array(decisions)]
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
        if let omission { answer["explanations"] = ["omitted": .string(omission)] }
        if explained.how != nil, let reasons {
            let rows = scored.flatMap { block in
                (0..<block.rowCount).map { row in block.findings?.isAsPredicted(row) ?? true ? block.reasons?.json(row) ?? .null : .null }
            }
            answer["reasons"] = ["table": AnsweredReasons.table(reasons), "rows": .array(rows)]
        }
        if reasonCount > 0 {
            answer["reason_codes"] = .array(scored.flatMap { block in (0..<block.rowCount).map { block.reasonCodes($0) } })
        }
        answer["rules"] = Self.rules(scored)
        return (.object(answer), scored)
    }

    /// `{"checked": 3, "rows": [[{"rule", "action"}], []]}`; `nil` where no row is hit.
    private static func rules(_ scored: [ScoredRows]) -> JSONValue? {
        guard let count = scored.lazy.compactMap(\.findings).first?.ruleCount, scored.contains(where: { $0.findings?.hasHits ?? false }) else { return nil }
        let rows = scored.flatMap { block in (0..<block.rowCount).map { JSONValue.array(block.findings?.json(row: $0) ?? []) } }
        return ["checked": .integer(Int64(count)), "rows": .array(rows)]
    }

    /// What is answered in place of the model's answer.
    private func given(_ scored: ScoredRows, _ row: Int) -> JSONValue {
        let value = scored.findings?.replacement(row) ?? .null
        return scored.predictions.record.map { .object(JSONObject([($0.string, value)])) } ?? value
    }

    /// What was answered, for whoever records or compares it, held against the rules.
    func scored(_ block: BoundRows, _ answer: Answered, _ decided: [RuleDecision]?, _ book: RuleBook? = nil) -> ScoredRows {
        let scored = plainlyScored(block, answer, decided)
        return book.map { $0.judged(scored, own: block.judged ?? block.own, classes: form.classes) } ?? scored
    }

    private func plainlyScored(_ block: BoundRows, _ answer: Answered, _ decided: [RuleDecision]?) -> ScoredRows {
        let positive = rule?.positiveIndex ?? 1
        let labels = decided.map { decided -> Column? in
            guard let classes = form.classes?.values, classes.count == 2 else { return nil }
            return ScoredRows.labels(decided.map { classes[$0.isPositive ? positive : 1 - positive] })
        } ?? nil
        return ScoredRows(
            inputs: block.inputs, further: block.further, features: block.mark, predictions: answer.predictions, labels: labels ?? answer.predictions.values,
            rules: decided?.map(\.details), explanation: answer.explanation, reasons: answer.reasons, classes: answer.classes, classNames: form.classes?.values)
    }

    /// `{"prediction", "shap_values"}` of a single row, with a rule also `decision`.
    ///
    /// - Throws: ``RuleRefusal`` where a rule refuses it.
    func single(_ block: BoundRows, rules book: RuleBook? = nil) throws -> (JSONValue, ScoredRows) {
        guard let row = try answers([block], nil).rows.first else { throw AssayError(.internalFault, "a row has no answer") }
        var answer = JSONObject()
        let decided = try decide(row.predictions, block)
        let scored = self.scored(block, row, decided, book)
        if let refusal = RuleRefusal([scored], of: [.refuse]) { throw refusal }
        let isGiven = scored.findings?.isAsPredicted(0) ?? true
        if !isGiven {
            answer["prediction"] = given(scored, 0)
        } else if let rule, let decision = decided?.first {
            answer["prediction"] = label(decision)
            var details: JSONObject = ["rule": rule.statement]
            for member in decision.details.members { details[member.name] = member.value }
            answer["decision"] = .object(details)
        } else {
            answer["prediction"] = prediction(row.predictions, row: 0)
        }
        if let explanation = row.explanation { answer["shap_values"] = isGiven ? Self.attributions(explanation, row: 0) : .null }
        if let reasons = row.reasons { answer["reasons"] = isGiven ? reasons.json(0) : .null }
        if reasonCount > 0 { answer["reason_codes"] = scored.reasonCodes(0) }
        answer["rules"] = Self.rules([scored])
        return (.object(answer), scored)
    }

    struct Answered {
        var predictions: Predictions
        var explanation: Explanation?
        var reasons: AnsweredReasons?
        /// Each row's predicted class by index, where it is explained.
        var classes: [Int] = []
    }

    typealias How = (background: String, space: String, baseValues: [Double], evaluations: Int?)

    /// - Returns: `how` rows were explained; `nil` where they were not.
    func answers(_ blocks: [BoundRows], _ parameters: JSONValue?) throws(AssayError) -> (rows: [Answered], how: How?) {
        var answered = try explained(blocks, parameters)
        if !tellsReasonCodes { for place in answered.rows.indices { answered.rows[place].predictions.reasons = [] } }
        guard let reasons else { return answered }
        for (place, block) in blocks.enumerated() {
            guard let explanation = answered.rows[place].explanation else { continue }
            answered.rows[place].reasons = AnsweredReasons(reasons, try reasons.reasons(explanation, block.inputs))
        }
        return answered
    }

    private func explained(_ blocks: [BoundRows], _ parameters: JSONValue?) throws(AssayError) -> (rows: [Answered], how: How?) {
        switch explaining {
        case .nothing:
            let rows = try predictor.predictions(blocks.map(\.inputs), parameters: parameters).map { Answered(predictions: $0) }
            return (rows, nil)
        case .native(let explainer):
            let rows = try blocks.map { (block) throws(AssayError) -> Answered in
                let values = try explainer.scorer.values(block.inputs)
                let scores = try explainer.scorer.scores(values)
                return Answered(
                    predictions: explainer.scorer.predictions(scores, values),
                    explanation: try explainer.explain(values, scores), classes: scores.classes)
            }
            return (rows, (explainer.background, explainer.space, explainer.baseValues, nil))
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
