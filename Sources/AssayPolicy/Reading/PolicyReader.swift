import AssayTerms

/// Turns the text of a policy into a compiled policy, or lists everything that is wrong with it.
///
/// The same reader takes what an author wrote and the canonical text of a stored policy, which is the same
/// language with every default written out.
package struct PolicyReader: DocumentReading {
    var problems: [PolicyProblems.Problem] = []
    let catalogue: Catalogue?

    init(catalogue: Catalogue?) { self.catalogue = catalogue }

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB.
    ///   - catalogue: the checks that exist. `nil` for a policy that was published earlier: what it asks for is
    ///     then judged when it is decided on.
    ///   - base: what the policy extends (``base(of:)``), which is then written out in what is read.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8], catalogue: Catalogue?, base: Policy? = nil) throws(PolicyProblems) -> Policy {
        var reader = PolicyReader(catalogue: catalogue)
        var yaml = YAMLReader()
        let node = yaml.read(source)
        var variables = PolicyVariables()
        let resolved = node.map { variables.resolve($0) }
        reader.problems = yaml.problems + variables.problems
        let isOpen = resolved.map { $0.scalar(named: "extends") != nil && $0.scalar(named: "extends-digest") == nil } ?? false
        let whole = resolved.map { node in base.flatMap { isOpen ? inheriting(node, from: $0) : nil } ?? node }
        let policy = whole.flatMap { reader.policy($0, base: base) }
        guard reader.problems.isEmpty, let policy else {
            throw PolicyProblems(sorting: reader.problems)
        }
        return policy
    }

    private mutating func policy(_ node: YAMLNode, base: Policy?) -> Policy? {
        guard let fields = fields(node, PolicyTables.policy) else { return nil }
        requireFormat(Policy.format, in: fields)
        let name = identifier("name", in: fields)
        let version = identifier("version", in: fields)
        let description = text("description", in: fields)
        let scope = fields["applies-to"].map { self.scope($0) } ?? .everyProtectedPlace
        let data = fields["data"].flatMap { self.data($0) }
        let accept = words(Provenance.self, "accept", in: fields) ?? [.recomputed]
        let freshDays = integer("fresh-within-days", in: fields)
        let evaluators = self.evaluators(in: fields, accept: accept)
        let asked = list("checks", in: fields) ?? []
        let checks = asked.filter { !Self.isDeclared($0) }.compactMap { check($0, data: data) }
        let declared = asked.filter(Self.isDeclared).compactMap { declaredCheck($0) }
        let severities = words(Severity.self, "blocking-findings", in: fields) ?? []
        let documents = words(RequiredDocument.self, "documents", in: fields) ?? []
        let approvals = self.approvals(in: fields)
        let separatesDuties = boolean("separation-of-duties", in: fields) ?? true
        let days = integer("approvals-expire-after-days", in: fields) ?? Policy.defaultApprovalDays

        if ["checks", "records", "monitoring", "shadow", "documents", "approvals", "mutations", "extends"].allSatisfy({ !fields.has($0) }) {
            report(
                fields.position,
                "the policy asks for nothing; it needs 'checks', 'records', 'monitoring', 'shadow', 'documents', 'approvals', 'mutations' or 'extends'")
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
        var policy = Policy(
            name: name, version: version, description: description, scope: scope, data: data,
            accept: Provenance.allCases.filter(accept.contains), freshDays: freshDays, evaluators: evaluators, checks: checks, declared: declared,
            records: records(in: fields), monitoring: monitoring(in: fields),
            blockingFindings: Severity.allCases.filter { severities.contains($0) || $0 == .critical },
            documents: RequiredDocument.allCases.filter(documents.contains), approvals: approvals, mutations: mutations(in: fields),
            separatesDuties: separatesDuties, approvalDays: days)
        policy.shadow = shadow(in: fields)
        policy.serving = serving(in: fields)
        let whole = extended(policy, in: fields, by: base)
        // What was published before this was so is read as it is, and of a policy whose base is not at hand nobody knows it.
        if catalogue != nil, fields.has("serving"), !whole.isGate, base != nil || !fields.has("extends") {
            report(
                fields.keyPosition("serving"),
                "the policy lets no version in, so that 'serving' would hold for none; ask something of a version that enters, such as 'approvals'")
        }
        return whole
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
    /// Sorted, each one that there is.
    private mutating func records(in fields: Fields) -> [Text] {
        let codes = texts("records", in: fields) ?? []
        for code in codes where !Policy.recordWords.contains(code.string) {
            let question = NearNames.question(for: code.string, among: Policy.recordWords)
            report(fields.keyPosition("records"), "there is no record of '\(code)'\(question.isEmpty ? "; assay record types lists them" : question)")
        }
        return codes.sorted()
    }
}
