import AssayTerms

/// What holds of a version while it is served.
extension PolicyReader {
    mutating func serving(in fields: Fields) -> ServingRules {
        guard let node = fields["serving"], let serving = self.fields(node, PolicyTables.serving) else { return ServingRules() }
        if !serving.has("when-offline"), !serving.has("explanations"), !serving.has("reasons"), !serving.has("rules") {
            report(node.position, "'serving' says nothing; it needs 'when-offline', 'explanations', 'reasons' or 'rules'")
        }
        let explanations = word(ServingRules.Explanations.self, "explanations", in: serving)
        var reasons: ReasonsDemand?
        if let node = serving["reasons"], let word = text("reasons", in: serving) {
            reasons = ReasonsDemand(word: word)
            if reasons == nil { report(node.position, "'reasons' is required, or sha256: and the 64 hexadecimal digits of a table's digest, not '\(word)'") }
            if explanations != .always, explanations != .onRequest {
                report(serving.keyPosition("reasons"), "reasons are made of explanations; 'serving' needs 'explanations: always' or 'on-request'")
            }
        }
        var rules: [PredictionRule] = []
        for item in items("rules", in: serving) ?? [] {
            guard let rule = predictionRule(item, isExplained: explanations == .always) else { continue }
            if rules.contains(where: { $0.name == rule.name }) {
                report(item.position, "there is another rule '\(rule.name)'; hits are told by the name")
            }
            rules.append(rule)
        }
        return ServingRules(
            whenOffline: word(ServingRules.Offline.self, "when-offline", in: serving) ?? .stop, explanations: explanations, predictions: rules,
            reasons: reasons)
    }

    private mutating func predictionRule(_ node: YAMLNode, isExplained: Bool) -> PredictionRule? {
        guard let fields = self.fields(node, PolicyTables.predictionRule) else { return nil }
        let name = identifier("name", in: fields)
        let condition = text("when", in: fields)
        if let condition, let node = fields["when"], let problem = catalogue?.problemOfRows(condition) { report(node.position, problem) }
        let outside = texts("outside-profile", in: fields) ?? []
        let most = texts("explained-most-by", in: fields) ?? []
        if !fields.has("when"), !fields.has("outside-profile"), !fields.has("explained-most-by") {
            report(node.position, "this rule asks nothing; it needs 'when', 'outside-profile' or 'explained-most-by'")
        }
        if fields.has("explained-most-by"), !isExplained {
            report(
                fields.keyPosition("explained-most-by"),
                "what moved an answer most is known of explained answers alone; 'serving' needs 'explanations: always'")
        }
        let action = word(PredictionRule.Action.self, "then", in: fields)
        let value = text("value", in: fields)
        switch action {
        case .replace where !fields.has("value"):
            report(fields.keyPosition("then"), "'replace' needs 'value': what is answered instead")
        case .flag where fields.has("value"), .refer where fields.has("value"), .refuse where fields.has("value"):
            report(fields.keyPosition("value"), "'value' belongs to 'then: replace'")
        default: break
        }
        let unknown = word(PredictionRule.Unknown.self, "if-unknown", in: fields)
        guard let name, let action else { return nil }
        return PredictionRule(
            name: name, condition: condition, outsideProfile: outside, explainedMostBy: most, action: action,
            value: action == .replace ? value : nil, unknown: unknown)
    }
}
