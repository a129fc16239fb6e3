import AssayTerms

/// Reads the test cases of one policy, or lists everything that is wrong with them.
package struct PolicyTestReader: DocumentReading {
    var problems: [PolicyProblems.Problem] = []
    let policy: Policy
    let catalogue: Catalogue

    private init(policy: Policy, catalogue: Catalogue) {
        self.policy = policy
        self.catalogue = catalogue
    }

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB.
    ///   - policy: what is tested, and what facts are filled in from.
    /// - Returns: at least one case.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(
        _ source: [UInt8], policy: Policy, catalogue: Catalogue
    ) throws(PolicyProblems) -> [PolicyTestCase] {
        try PolicyTestReader(policy: policy, catalogue: catalogue).document(source, noun: "list of cases") { $0.cases($1) }
    }

    /// What is wrong with shared facts comes up in every case, and is said once.
    mutating func report(_ position: SourcePosition, _ message: String) {
        let problem = PolicyProblems.Problem(position: position, message: message)
        if problems.count < YAMLReader.problemLimit, !problems.contains(problem) { problems.append(problem) }
    }

    private mutating func cases(_ node: YAMLNode) -> [PolicyTestCase]? {
        guard let fields = fields(node, PolicyTestTables.file) else { return nil }
        requireFormat(PolicyTestTables.format, " for cases,", in: fields)
        if let name = identifier("policy", in: fields), name != policy.name, let node = fields["policy"] {
            report(node.position, "these cases are of the policy '\(name)', and '\(policy.name)' is tested")
        }
        let shared = fields["facts"] ?? YAMLNode(content: .mapping([]), position: fields.position)
        var lines: [Text: Int] = [:]
        let items = self.items("cases", in: fields) ?? []
        return items.compactMap { item in
            let read = testCase(item, shared: shared)
            if let read {
                if let line = lines[read.name] { report(item.position, "a case named '\(read.name)' starts on line \(line) already") }
                lines[read.name] = lines[read.name] ?? item.position.line
            }
            return read
        }
    }

    private mutating func testCase(_ node: YAMLNode, shared: YAMLNode) -> PolicyTestCase? {
        guard let fields = fields(node, PolicyTestTables.testCase) else { return nil }
        let name = text("name", in: fields)
        let read = facts(fields["facts"].map { Self.merged($0, over: shared) } ?? shared)
        let expectation = fields["expect"].flatMap { self.expectation($0) }
        guard let name, let read, let expectation else { return nil }
        return PolicyTestCase(
            name: name, position: node.position, facts: read.facts, approvals: read.approvals, expectation: expectation)
    }

    // MARK: - Facts

    private static let places: [Text] = ["stage", "alias", "registration", "retirement"]

    /// A case's own facts where it has them, and the shared ones elsewhere. Of evidence only that of the same check, column and slice
    /// gives way, unless the case says that there is none.
    private static func merged(_ own: YAMLNode, over shared: YAMLNode) -> YAMLNode {
        guard case .mapping(let ownEntries) = own.content, case .mapping(let sharedEntries) = shared.content else { return own }
        let hasPlace = ownEntries.contains { places.contains($0.key) }
        let kept = sharedEntries.filter { entry in
            !ownEntries.contains { $0.key == entry.key } && !(hasPlace && places.contains(entry.key))
        }
        let entries = ownEntries.map { entry in
            guard entry.key == "evidence", case .sequence(let items) = entry.value.content, !items.isEmpty,
                case .sequence(let others)? = sharedEntries.first(where: { $0.key == entry.key })?.value.content
            else { return entry }
            let subjects = items.map(question)
            var merged = entry
            merged.value.content = .sequence(others.filter { !subjects.contains(question($0)) } + items)
            return merged
        }
        return YAMLNode(content: .mapping(kept + entries), position: own.position)
    }

    /// What evidence is of.
    private static func question(_ evidence: YAMLNode) -> [Text?] {
        (["check", "column", "slice", "for-each"] as [Text]).map { evidence.scalar(named: $0) }
    }

    private mutating func facts(_ node: YAMLNode) -> (facts: GateFacts, approvals: [PolicyTestCase.Approval])? {
        guard let fields = fields(node, PolicyTestTables.facts) else { return nil }
        let target = target(fields)
        let model = text("model", in: fields) ?? aName
        let version = text("version", in: fields) ?? "1"
        let filled = PolicyTestFacts(policy: policy, model: model)
        let isFrozen = boolean("frozen", in: fields) ?? true
        var holders = roles(fields)
        var approvals: [PolicyTestCase.Approval] = []
        for item in list("approvals", in: fields) ?? [] {
            guard let approval = self.fields(item, PolicyTestTables.approval) else { continue }
            guard let by = text("by", in: approval) else { continue }
            for role in texts("roles", in: approval) ?? [] { holders[role, default: []].insert(by) }
            let changes = words(PolicyTestCase.Approval.Change.self, "for", in: approval) ?? []
            approvals.append(.init(by: by, daysAgo: integer("days-ago", in: approval) ?? 0, changes: changes))
        }
        let evidence = (list("evidence", in: fields) ?? []).compactMap { self.evidence($0, version: version, filled) }
        var facts = GateFacts(
            logOrigin: "policy-test", request: "case", target: target, model: model, otherNames: texts("other-names", in: fields) ?? [],
            version: version, manifest: isFrozen ? .frozen(filled.manifest(ofVersion: version)) : .unfrozen("the case says so"),
            tier: word(Tier.self, "tier", in: fields), authors: texts("authors", in: fields) ?? ["author"],
            hasAnonymousAuthor: boolean("anonymous", in: fields) ?? false, evidence: evidence,
            jobs: boolean("computing", in: fields) == true ? ["a job"] : [], baseline: baseline(fields, filled),
            documents: documents(fields), declared: declared(fields), roleHolders: holders,
            publishers: text("publisher", in: fields).map { [policy.name: $0] } ?? [:], dossier: dossier(fields), now: PolicyTestFacts.now)
        facts.namedBaselines = namedBaselines(fields, filled, asking: version)
        facts.shadow = shadow(fields)
        facts.reasonTables = reasonTables(fields)
        return (facts, approvals)
    }

    /// What is on record: everything that is asked for, and nothing against the version, unless the case says otherwise.
    private mutating func dossier(_ fields: Fields) -> DossierFacts {
        var dossier = DossierFacts(openSections: [])
        let records = texts("records", in: fields) ?? policy.records + [DossierJudge.riskEvaluation]
        dossier.records = Set(records)
        if !records.contains(DossierJudge.riskEvaluation) { dossier.openSections = nil }
        dossier.plans = plans(fields)
        if let open = texts("open-sections", in: fields) { dossier.openSections = open.map(\.string) }
        for (key, dueAt) in [("findings", PolicyTestFacts.now + 86_400), ("overdue-findings", PolicyTestFacts.now)] as [(Text, Int64)] {
            for severity in words(Severity.self, key, in: fields) ?? [] {
                let name = Text(severity.rawValue)
                dossier.findings.append(
                    .init(id: name, title: name, severity: severity, dueAt: dueAt, due: dueAt > PolicyTestFacts.now ? "2026-01-02" : "2026-01-01", owner: "owner"))
            }
        }
        return dossier
    }

    private mutating func declared(_ fields: Fields) -> DeclaredFacts {
        guard let node = fields["declared"], let declared = self.fields(node, PolicyTestTables.declared) else { return DeclaredFacts() }
        func texts(_ key: Text) -> [Text: Text] {
            let read = entries(key, in: declared).compactMap { entry -> (Text, Text)? in
                text(entry.1, what: "'\(entry.0)'", limit: PolicyTables.longTextLimit).map { (entry.0, $0) }
            }
            return Dictionary(read) { first, _ in first }
        }
        var metrics: [Text: Double] = [:]
        for (name, node) in entries("metrics", in: declared) {
            guard let text = text(node, what: "'\(name)'") else { continue }
            guard let number = DeclaredCheck.number(text) else {
                report(node.position, "the metric '\(name)' is a decimal number, not '\(text)'")
                continue
            }
            metrics[name] = number
        }
        return DeclaredFacts(tags: texts("tags"), parameters: texts("params"), metrics: metrics)
    }

    /// Every document there is, since a tier's default may demand one too; complete where the case does not say otherwise.
    private mutating func documents(_ fields: Fields) -> [RequiredDocument: GateFacts.Document] {
        let complete = words(RequiredDocument.self, "documents", in: fields)
        let lacking = texts("card-lacks", in: fields)
        if complete != nil, lacking != nil {
            report(fields.keyPosition("card-lacks"), "'documents' and 'card-lacks' exclude each other")
        }
        return Dictionary(
            uniqueKeysWithValues: RequiredDocument.allCases.map { document in
                let isComplete = complete?.contains(document) ?? true
                let missing = lacking.map { $0.map(\.string).filter(document.has) } ?? (isComplete ? [] : ["what the case leaves out"])
                // Another text is another document.
                let digest = PolicyTestFacts.digest("\(document.rawValue) without \(missing.joined(separator: ", "))")
                return (document, GateFacts.Document(digest: digest, missing: missing))
            })
    }

    /// What the policy wants watched is, unless the case says what is.
    private mutating func plans(_ fields: Fields) -> [DossierFacts.Plan] {
        var monitors = policy.monitoring
        if let items = list("monitors", in: fields) {
            var reader = PolicyReader(catalogue: catalogue)
            monitors = items.compactMap { reader.monitor($0) }
            for problem in reader.problems { report(problem.position, problem.message) }
        }
        return monitors.isEmpty ? [] : [.init(id: "plan", title: "plan", signer: "owner", plan: MonitoringPlan(owner: "owner", monitors: monitors))]
    }

    /// A name that the first pattern of the policy matches.
    private var aName: Text {
        let pattern = policy.scope.models.first ?? "*"
        let name = String(pattern.string.map { $0 == "*" || $0 == "?" ? "m" : $0 })
        return Text(name)
    }

    private mutating func target(_ fields: Fields) -> GateTarget {
        let given = Self.places.filter(fields.has)
        if given.count > 1 {
            report(fields.keyPosition(given[1]), "'\(given[0])' and '\(given[1])' are two places; a case asks for one")
        }
        if let node = fields["stage"], let text = text(node, what: "'stage'") {
            if let stage = PolicyTables.stages.first(where: { Folding.areEqual(Text($0), text) }) { return .stage(Text(stage)) }
            report(node.position, "there is no stage '\(text)'; a gate stands before \(PolicyTables.stages.joined(separator: ", "))")
        }
        if let alias = text("alias", in: fields) { return .alias(alias) }
        if let node = fields["registration"], let text = text(node, what: "'registration'") {
            if text != "true" { report(node.position, "'registration' is true where it stands; leave it out otherwise") }
            return .registration
        }
        if let node = fields["retirement"], let text = text(node, what: "'retirement'") {
            if text != "true" { report(node.position, "'retirement' is true where it stands; leave it out otherwise") }
            return .retirement
        }
        if let stage = policy.scope.stages.first { return .stage(stage) }
        return policy.scope.aliases.first.map { .alias($0) } ?? (policy.scope.registration ? .registration : .retirement)
    }

    private mutating func roles(_ fields: Fields) -> [Text: Set<Text>] {
        var holders: [Text: Set<Text>] = [:]
        for (role, node) in entries("roles", in: fields) {
            guard case .sequence(let items) = node.content else {
                report(node.position, "the role '\(role)' has a list of people, not \(node.kind)")
                continue
            }
            holders[role] = Set(items.compactMap { text($0, what: "a person with the role '\(role)'") })
        }
        return holders
    }

    private mutating func baseline(_ fields: Fields, _ filled: PolicyTestFacts) -> GateFacts.Baseline? {
        guard let node = fields["baseline"], let baseline = self.fields(node, PolicyTestTables.baseline) else { return nil }
        let version = text("version", in: baseline)
        let evidence = (list("evidence", in: baseline) ?? []).compactMap { self.evidence($0, version: version ?? "", filled) }
        return version.map { GateFacts.Baseline(version: $0, evidence: evidence) }
    }

    private mutating func namedBaselines(
        _ fields: Fields, _ filled: PolicyTestFacts, asking version: Text
    ) -> [PolicyCheck.Baseline: GateFacts.Baseline] {
        var baselines: [PolicyCheck.Baseline: GateFacts.Baseline] = [:]
        for (name, node) in entries("baselines", in: fields) {
            guard let which = PolicyCheck.Baseline(name), which != .production else {
                report(node.position, "'\(name)' names no version; write models:/NAME/7 or models:/NAME@ALIAS, or 'baseline' for the version in production")
                continue
            }
            guard let baseline = self.fields(node, PolicyTestTables.namedBaseline) else { continue }
            let evidence = (list("evidence", in: baseline) ?? []).compactMap { self.evidence($0, version: name, filled) }
            let isSame = boolean("same-files", in: baseline) ?? false
            baselines[which] = GateFacts.Baseline(version: name, manifest: filled.manifest(ofVersion: isSame ? version : name), evidence: evidence)
        }
        return baselines
    }

    // MARK: - Expectation

    private mutating func expectation(_ node: YAMLNode) -> PolicyTestCase.Expectation? {
        guard let fields = fields(node, PolicyTestTables.expectation) else { return nil }
        if fields.has("reasons"), fields.has("exactly") {
            report(fields.keyPosition("exactly"), "'reasons' and 'exactly' exclude each other")
        }
        let isExact = fields.has("exactly")
        let reasons = (items(isExact ? "exactly" : "reasons", in: fields) ?? []).compactMap { reason($0) }
        let basis = word(GateOutcome.Basis.self, "basis", in: fields) ?? .policies
        guard let decision = word(Decision.self, "decision", in: fields) else { return nil }
        return .init(decision: decision, basis: basis, reasons: reasons, isExact: isExact)
    }

    private mutating func reason(_ node: YAMLNode) -> PolicyTestCase.Reason? {
        guard let fields = fields(node, PolicyTestTables.reason) else { return nil }
        let column = text("column", in: fields)
        let code = word(GateReason.Code.self, "code", in: fields)
        guard let requirement = text("requirement", in: fields), let code else { return nil }
        return .init(requirement: requirement.string, code: code, column: column, slice: text("slice", in: fields))
    }
}
