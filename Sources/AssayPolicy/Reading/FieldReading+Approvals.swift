import AssayTerms

extension FieldReading {
    /// The places that people fill, by the table of approvals.
    mutating func approvals(in fields: Fields) -> [ApprovalRule] {
        var rules: [ApprovalRule] = []
        for item in list("approvals", in: fields) ?? [] {
            guard let rule = self.fields(item, PolicyTables.approval) else { continue }
            let role = text("role", in: rule)
            if role == "admin", let node = rule["role"] {
                report(node.position, "an admin fills no approval; name the role that judges models")
            }
            if rules.contains(where: { $0.role == role }), !rule.has("role") || role != nil {
                report(
                    item.position,
                    "\(role.map { "the role '\($0)'" } ?? "an approval by any role") stands here twice; raise its count"
                )
            }
            var quorum = ApprovalRule.Quorum.count(1)
            if rule.has("count"), let count = integer("count", in: rule) { quorum = .count(count) }
            if let node = rule["vote"], let vote = text(node, what: "'vote'") {
                if vote != "majority" { report(node.position, "'vote' is majority, not '\(vote)'") }
                if rule.has("count") { report(node.position, "'vote' and 'count' exclude each other") }
                if !rule.has("role") { report(node.position, "a vote needs the role whose members vote") }
                quorum = .majority
            }
            rules.append(ApprovalRule(role: role, quorum: quorum))
        }
        return rules
    }
}
