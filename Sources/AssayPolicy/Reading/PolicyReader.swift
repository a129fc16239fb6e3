import AssayTerms

/// Turns the text of a policy into a compiled policy, or lists everything that is wrong with it.
///
/// The same reader takes what an author wrote and the canonical text of a stored policy, which is the same
/// language with every default written out.
package struct PolicyReader {
    private(set) var problems: [PolicyProblems.Problem] = []
    let catalogue: Catalogue?

    init(catalogue: Catalogue?) { self.catalogue = catalogue }

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB.
    ///   - catalogue: the checks that exist. `nil` for a policy that was published earlier: what it asks for is
    ///     then judged when it is decided on.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8], catalogue: Catalogue?) throws(PolicyProblems) -> Policy {
        var reader = PolicyReader(catalogue: catalogue)
        var yaml = YAMLReader()
        let node = yaml.read(source)
        reader.problems = yaml.problems
        let policy = node.flatMap { reader.policy($0) }
        guard reader.problems.isEmpty, let policy else {
            throw PolicyProblems(
                reader.problems.enumerated()
                    .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
                    .map(\.element))
        }
        return policy
    }

    mutating func report(_ position: SourcePosition, _ message: String) {
        if problems.count < YAMLReader.problemLimit { problems.append(.init(position: position, message: message)) }
    }

    private mutating func policy(_ node: YAMLNode) -> Policy? {
        let keys: [Text] = [
            "assay", "name", "version", "description", "applies-to", "data", "accept", "evaluators", "checks",
            "approvals",
            "separation-of-duties", "approvals-expire-after-days",
        ]
        guard let fields = fields(node, what: "the policy", keys: keys) else { return nil }
        for key in ["assay", "name", "version"] as [Text] { require(key, in: fields) }
        if let format = text("assay", in: fields), format.string != Policy.format, let node = fields["assay"] {
            report(node.position, "'assay' is '\(Policy.format)', the format this program reads, not '\(format)'")
        }
        let name = identifier("name", in: fields, limit: 128)
        let version = identifier("version", in: fields, limit: 64)
        let description = text("description", in: fields, limit: 4_096, allowsLines: true)
        let scope = fields["applies-to"].map { self.scope($0) } ?? .everyProtectedPlace
        let data = fields["data"].flatMap { self.data($0) }
        let accept = words(Provenance.self, "accept", in: fields) ?? [.recomputed]
        let evaluators = self.evaluators(in: fields, accept: accept)
        let checks = list("checks", in: fields)?.compactMap { check($0, data: data) } ?? []
        let approvals = self.approvals(in: fields)
        let separatesDuties = boolean("separation-of-duties", in: fields) ?? true
        let days = integer("approvals-expire-after-days", in: fields, range: 1...3_650) ?? Policy.defaultApprovalDays

        if !fields.has("checks") && !fields.has("approvals") {
            report(fields.position, "the policy asks for nothing; it needs 'checks' or 'approvals'")
        }
        if !checks.isEmpty, !fields.has("data") {
            report(
                fields.keyPosition("checks"), "checks need 'data': which rows to judge, and which column is the label")
        }
        if let data, data.predictions != .fromModel, accept == [.recomputed] {
            report(
                fields.has("accept") ? fields.keyPosition("accept") : fields.keyPosition("data"),
                "no evidence can be accepted: predictions read from a file are 'supplied', and 'accept' is [recomputed]"
            )
        }
        guard let name, let version, let scope else { return nil }
        return Policy(
            name: name, version: version, description: description, scope: scope, data: data,
            accept: Provenance.allCases.filter(accept.contains), evaluators: evaluators, checks: checks, approvals: approvals,
            separatesDuties: separatesDuties, approvalDays: days)
    }

    /// Names of evaluators, each once; useless where the policy takes nothing that they sign.
    private mutating func evaluators(in fields: Fields, accept: [Provenance]) -> [Text] {
        guard let names = texts("evaluators", in: fields) else { return [] }
        if !accept.contains(.attested) {
            report(
                fields.keyPosition("evaluators"),
                "evaluators are named, and 'accept' takes nothing that they sign; it would read [\((accept.map(\.rawValue) + ["attested"]).joined(separator: ", "))]")
        }
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            report(fields.keyPosition("evaluators"), "the evaluator '\(twice)' stands here twice")
        }
        return names
    }

    /// Text that can stand in an address and on a command line.
    private mutating func identifier(_ key: Text, in fields: Fields, limit: Int) -> Text? {
        guard let node = fields[key], let text = text(node, what: "'\(key)'", limit: limit) else { return nil }
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, text.utf8.first != UInt8(ascii: "."), text.utf8.first != UInt8(ascii: "-") else {
            report(
                node.position,
                "'\(key)' is letters, digits, '.', '_' and '-', starting with neither '.' nor '-'; '\(text)' is not")
            return nil
        }
        return text
    }

    private mutating func approvals(in fields: Fields) -> [ApprovalRule] {
        var rules: [ApprovalRule] = []
        for item in list("approvals", in: fields) ?? [] {
            guard let rule = self.fields(item, what: "this approval", keys: ["role", "count", "vote"]) else { continue }
            let role = text("role", in: rule, limit: 64)
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
            if rule.has("count"), let count = integer("count", in: rule, range: 1...100) { quorum = .count(count) }
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
