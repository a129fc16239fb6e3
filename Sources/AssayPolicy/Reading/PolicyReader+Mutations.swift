import AssayTerms

extension PolicyReader {
    mutating func mutations(in fields: Fields) -> [MutationRule] {
        var rules: [MutationRule] = []
        for node in list("mutations", in: fields) ?? [] {
            guard let rule = mutationRule(node) else { continue }
            if rules.contains(rule) { report(node.position, "this rule stands in 'mutations' twice") } else { rules.append(rule) }
        }
        return rules
    }

    private mutating func mutationRule(_ node: YAMLNode) -> MutationRule? {
        guard let fields = fields(node, PolicyTables.mutation) else { return nil }
        let role = text("role", in: fields)
        let resource = word(MutationRule.Resource.self, "type", in: fields)
        let request = condition("request", in: fields)
        let present = condition("resource", in: fields)
        if !fields.has("request"), !fields.has("resource") {
            report(fields.position, "the rule says nothing; it needs 'request' (alias, tag_key, tag_value) or 'resource' (tags.KEY, aliases.NAME)")
        }
        if let request, !request.isOfRequest {
            report(fields.keyPosition("request"), "'request' looks at alias, tag_key and tag_value; what is there already is looked at in 'resource'")
        }
        if let present, !present.isOfResource {
            report(fields.keyPosition("resource"), "'resource' looks at tags.KEY and aliases.NAME; what is asked for is looked at in 'request'")
        }
        if resource == .modelVersion, request?.clauses.contains(where: { $0.subject == .alias }) == true {
            report(fields.keyPosition("request"), "aliases are the registered model's: the rule is 'type: registered-model'")
        }
        guard let role, let resource else { return nil }
        return MutationRule(role: role, resource: resource, request: request, present: present)
    }

    private mutating func condition(_ key: Text, in fields: Fields) -> MutationCondition? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        do throws(MutationConditionParser.Failure) {
            return try MutationConditionParser.parse(text)
        } catch {
            report(node.position, "'\(key)' \(error.message)")
            return nil
        }
    }
}
