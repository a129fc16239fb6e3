import AssayTerms

extension PolicyWords {
    var serving: [String] {
        let offline =
            switch policy.serving.whenOffline {
            case .stop: "A version that this policy let in is served until its signed statement ends, a day after the registry was last reached, and not beyond."
            case .keepServing:
                "A version that this policy let in goes on being served when its signed statement has ended and the registry cannot be reached; "
                    + "each of these answers says so. Other policies that let it in have to allow it as well."
            }
        let explanations: String? =
            switch policy.serving.explanations {
            case .always: "Each answer carries an explanation; where the model cannot be explained it is not served."
            case .onRequest: "An answer carries an explanation where the request asks for one."
            case .never: "No answer carries an explanation, whoever asks."
            case nil: nil
            }
        return [offline, explanations ?? "Whether answers carry explanations is left to whoever serves it."] + reasons + predictionRules
    }

    private var reasons: [String] {
        guard let demand = policy.serving.reasons else { return [] }
        let table = demand.tables.first.map { "the table of reason codes sha256:\($0.hex)" } ?? "a table of reason codes"
        return ["Each explanation comes with reasons by \(table), frozen with the version; a version without is neither let in nor served."]
    }

    private var predictionRules: [String] {
        let rules = policy.serving.predictions
        guard !rules.isEmpty else { return ["No single prediction is held against a rule."] }
        return ["Each single prediction is held against \(PhraseText.counted(rules.count, "rule", "rules")); of those that hold, the strongest decides."]
            + rules.map(sentence)
    }

    private func sentence(_ rule: PredictionRule) -> String {
        let deed =
            switch rule.action {
            case .flag: "the answer is given and marked"
            case .replace: "'\(rule.value ?? "")' is answered instead"
            case .refer: "no answer is given for the row, which is left to a person"
            case .refuse: "the request is not answered"
            }
        let unknown =
            switch rule.unknown {
            case .flag: "the answer is marked"
            case .refer: "the row is left to a person"
            case .refuse: "the request is not answered"
            }
        return "Rule '\(rule.name)': where \(rule.conditions), \(deed); where that cannot be told, \(unknown)."
    }
}
