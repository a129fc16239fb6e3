package import AssayTerms

/// Reads constraints on counterfactuals, or lists everything that is wrong with them by line and column; constraints that contradict each other
/// are wrong.
package struct ChangeRulesReader: DocumentReading {
    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8, at most 256 KiB; YAML, and so JSON.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> ChangeRules {
        try ChangeRulesReader().document(source, noun: "file of constraints") { $0.rules($1) }
    }

    private mutating func rules(_ node: YAMLNode) -> ChangeRules? {
        guard let fields = fields(node, ChangeRulesTables.file) else { return nil }
        requireFormat(ChangeRulesTables.format, " for constraints,", in: fields)
        if fields.entries.count == 1 { report(fields.position, "the file says nothing; it needs 'features', 'others', 'max-changes' or 'linked'") }
        var features: [ChangeRules.Feature] = []
        for item in fields.has("features") ? items("features", in: fields) ?? [] : [] {
            guard let feature = feature(item) else { continue }
            if features.contains(where: { $0.name == feature.name }) { report(item.position, "'\(feature.name)' stands under 'features' twice") }
            features.append(feature)
        }
        let others = fields.has("others") ? word(ChangeRules.Direction.self, "others", in: fields) : .any
        if let others, others != .any, others != .never { report(fields.keyPosition("others"), "'others' is any or never, not '\(others.rawValue)'") }
        let limit = fields.has("max-changes") ? integer("max-changes", in: fields) : nil
        let links = self.links(fields, features, others ?? .any, limit)
        guard let others else { return nil }
        return ChangeRules(features: features, others: others, limit: limit, links: links)
    }

    private mutating func feature(_ node: YAMLNode) -> ChangeRules.Feature? {
        guard let fields = fields(node, ChangeRulesTables.feature) else { return nil }
        let name = text("name", in: fields)
        if fields.entries.count == 1 { report(fields.position, "'\(name ?? "")' says nothing; it needs 'change', 'range', 'step' or 'allowed'") }
        let direction = fields.has("change") ? word(ChangeRules.Direction.self, "change", in: fields) : .any
        let range = self.range(fields)
        var step: Double?
        if let node = fields["step"], let text = text(node, what: "'step'") {
            step = ReasonCodesReader.number(text)
            if step.map({ $0 <= 0 }) ?? true { report(node.position, "'step' is a number above 0, not '\(text)'") }
        }
        let allowed = fields.has("allowed") ? texts("allowed", in: fields) : nil
        if fields.has("allowed"), fields.has("range") || fields.has("step") {
            report(fields.keyPosition("allowed"), "'allowed' lists the new values, so 'range' and 'step' say nothing beside it")
        }
        if direction == .never, fields.has("range") || fields.has("step") || fields.has("allowed") {
            report(fields.keyPosition("change"), "'change: never' contradicts new values by 'range', 'step' or 'allowed'; leave one of them out")
        }
        guard let name, let direction else { return nil }
        return ChangeRules.Feature(name: name, direction: direction, range: range, step: step, allowed: allowed)
    }

    private mutating func range(_ fields: Fields) -> ClosedRange<Double>? {
        guard let node = fields["range"], let items = items("range", in: fields) else { return nil }
        let numbers = items.compactMap { text($0, what: "an end of 'range'").flatMap(ReasonCodesReader.number) }
        guard items.count == 2, numbers.count == 2 else {
            report(node.position, "'range' is [LEAST, GREATEST], two numbers")
            return nil
        }
        guard numbers[0] <= numbers[1] else {
            report(node.position, "'range' begins above its end, so that no value lies in it")
            return nil
        }
        return numbers[0]...numbers[1]
    }

    private mutating func links(
        _ fields: Fields, _ features: [ChangeRules.Feature], _ others: ChangeRules.Direction, _ limit: Int?
    ) -> [ChangeRules.Link] {
        guard fields.has("linked") else { return [] }
        var links: [ChangeRules.Link] = []
        for item in items("linked", in: fields) ?? [] {
            guard let own = self.fields(item, ChangeRulesTables.link) else { continue }
            let names = texts("features", in: own)
            let form = own.has("by") ? word(ChangeRules.Link.Form.self, "by", in: own) : .rows
            guard let names, let form else { continue }
            if names.count < 2 { report(item.position, "a link needs at least two features") }
            for name in names where links.contains(where: { $0.features.contains(name) }) {
                report(item.position, "'\(name)' stands in two links; put all of them into one")
            }
            let directions = names.map { name in features.first { $0.name == name }?.direction ?? others }
            if directions.contains(.never), directions.contains(where: { $0 != .never }) {
                report(item.position, "one of these may never change, so that none of them can; say 'change: never' of all, or take it out of the link")
            }
            if form == .amount, directions.contains(.increase), directions.contains(.decrease) {
                report(item.position, "these change by the same amount, and one may only increase and another only decrease")
            }
            if form == .amount, let limit, limit < names.count {
                report(item.position, "these \(names.count) change together, and 'max-changes' is \(limit)")
            }
            if form == .amount, names.contains(where: { name in features.first { $0.name == name }?.allowed != nil }) {
                report(item.position, "inputs that change by the same amount have no list of allowed values; use 'range' and 'step'")
            }
            links.append(ChangeRules.Link(features: names, form: form))
        }
        return links
    }
}
