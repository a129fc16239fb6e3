import AssayPolicy
import AssayTerms

/// Choices from a small world, so that policies and facts often meet.
struct PolicyDraw {
    var state: UInt64

    /// SplitMix64.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) >> 33) % bound
    }

    mutating func chance(_ times: Int) -> Bool { below(times) == 0 }

    mutating func one<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    mutating func some<Element>(_ elements: [Element]) -> [Element] { elements.filter { _ in chance(2) } }

    mutating func limit() -> Limit {
        let bound = Limit.Bound(one(["0.05", "0.1", "0.5", "0.8"]), isInclusive: chance(2))
        return Limit(shape: chance(2) ? .range(lower: bound, upper: nil) : .range(lower: nil, upper: bound), usesMagnitude: chance(4))
    }

    mutating func check() -> PolicyCheck {
        if chance(4), let amount = ExactDecimal("0.1") {
            return PolicyCheck(
                id: "performance.accuracy",
                limit: Limit(shape: .drop(amount: amount, text: "0.1", isRelative: chance(2)), usesMagnitude: false),
                freshDays: days(), against: one([.production, .version(model: "fraud", number: 7)]), withoutBaseline: chance(2) ? .pass : .incomplete)
        }
        let isFair = chance(2)
        if chance(4) {
            let forEach: Text? = chance(2) ? "region" : nil
            return PolicyCheck(
                id: "performance.accuracy", limit: limit(), judge: chance(3) ? .interval : .value,
                slice: forEach == nil || chance(2) ? "age > 60" : nil, forEach: forEach, minimumGroup: one([0, 30, 50]))
        }
        return PolicyCheck(
            id: isFair ? Fixtures.parity : "performance.accuracy", column: isFair ? "race" : nil, limit: limit(),
            judge: chance(3) ? .interval : .value, freshDays: days(), minimumGroup: isFair ? one([0, 30, 50]) : 30, isWaivable: !chance(4))
    }

    mutating func monitor() -> PolicyMonitor {
        PolicyMonitor(
            check: PolicyCheck(id: "performance.accuracy", limit: limit(), minimumGroup: 30),
            window: one([.days(1), .days(7), .hours(24), .rows(100), .rows(1_000), .batch]), alert: one([["risk"], ["risk", "ana"]]))
    }

    mutating func days() -> Int? { one([nil, nil, 10, 30]) }

    mutating func declared() -> DeclaredCheck {
        let kind = one(DeclaredCheck.Kind.allCases)
        let words: DeclaredCheck.Demand = .words(one([["0.1"], ["0.1", "yes"], ["yes"]]))
        return DeclaredCheck(kind: kind, name: one(["a", "b"]), demand: chance(3) ? .present : chance(2) && kind != .metric ? words : .limit(limit()))
    }

    mutating func rule() -> ApprovalRule {
        ApprovalRule(role: one(["validator", "compliance", nil]), quorum: chance(4) ? .majority : .count(1 + below(2)))
    }

    mutating func accept() -> [Provenance] {
        let accept = some(Provenance.allCases)
        return accept.isEmpty ? [.recomputed] : accept
    }

    mutating func shadow() -> PolicyShadow {
        PolicyShadow(
            predictions: one([100, 1_000]), agreement: chance(2) ? nil : Limit(shape: .range(lower: Limit.Bound(one(["0.9", "0.95"]), isInclusive: true), upper: nil), usesMagnitude: false),
            errors: chance(2) ? nil : Limit(shape: .range(lower: nil, upper: Limit.Bound(one(["0.01", "0.1"]), isInclusive: true)), usesMagnitude: false),
            judge: one([.value, .interval]), withoutBaseline: one([.pass, .incomplete]))
    }

    mutating func serving() -> ServingRules {
        let explanations: ServingRules.Explanations? = one([nil, .always, .onRequest, .never])
        let tables = [SHA256Digest(hex: String(repeating: "a", count: 64))].compactMap { $0 }
        let demands: [ReasonsDemand?] = explanations == .always || explanations == .onRequest ? [nil, ReasonsDemand(), ReasonsDemand(tables: tables)] : [nil]
        return ServingRules(
            whenOffline: one([.stop, .keepServing]), explanations: explanations,
            predictions: chance(2) ? [] : (0..<1 + below(2)).map { _ in predictionRule() },
            reasons: one(demands))
    }

    mutating func predictionRule() -> PredictionRule {
        let action = one(PredictionRule.Action.allCases)
        return PredictionRule(
            name: one(["a", "b"]), condition: one(["age > 60", "score < 0.5"]), action: action, value: action == .replace ? one(["0", "1"]) : nil,
            unknown: one([nil, .flag, .refuse]))
    }

    mutating func policy(_ name: Text) -> Policy {
        var policy = plainPolicy(name)
        if chance(4) { policy.shadow = shadow() }
        if chance(4) { policy.serving = serving() }
        return policy
    }

    private mutating func plainPolicy(_ name: Text) -> Policy {
        Policy(
            name: name, version: "1",
            scope: PolicyScope(
                models: one([["*"], ["loan-*"], ["fraud"]]), tiers: some([.low, .high]),
                stages: chance(4) ? [] : ["Production"], aliases: some(["champion"])),
            data: chance(3) ? nil : PolicyData(label: "approve"), accept: accept(), freshDays: days(), evaluators: some(["lab", "firm"]),
            checks: (0..<below(3)).map { _ in check() }, declared: chance(2) ? [] : (0..<below(3)).map { _ in declared() },
            records: chance(2) ? [] : some(["risk-evaluation", "training_record"]), monitoring: chance(3) ? [monitor()] : [],
            blockingFindings: severities(),
            documents: chance(3) ? [one(RequiredDocument.allCases)] : [], approvals: (0..<below(3)).map { _ in rule() },
            separatesDuties: chance(2), approvalDays: one([10, 30]))
    }

    mutating func severities() -> [Severity] { Severity.allCases.filter { $0 == .critical || $0 > .low && chance(3) } }

    mutating func edit(_ policy: inout Policy) {
        switch below(26) {
        case 0: policy.scope.models = one([["*"], ["loan-*"], ["fraud", "loan-*"]])
        case 1: policy.scope.tiers = some([.low, .high])
        case 2: policy.scope.aliases = some(["champion", "prod"])
        case 3: policy.scope.stages = some(["Production", "Staging"])
        case 4: policy.data = chance(2) ? nil : PolicyData(label: "approve")
        case 5: policy.accept = accept()
        case 6: policy.evaluators = some(["lab", "firm"])
        case 7: policy.checks.append(check())
        case 8: if !policy.checks.isEmpty { policy.checks.remove(at: below(policy.checks.count)) }
        case 9: if !policy.checks.isEmpty { policy.checks[below(policy.checks.count)].limit = limit() }
        case 10: if !policy.checks.isEmpty { policy.checks[below(policy.checks.count)].minimumGroup = one([0, 30, 50]) }
        case 11: policy.approvals.append(rule())
        case 12: if !policy.approvals.isEmpty { policy.approvals[below(policy.approvals.count)] = rule() }
        case 13: policy.separatesDuties.toggle()
        case 14: policy.records = some(["risk-evaluation", "training_record"])
        case 15: policy.blockingFindings = severities()
        case 16: if !policy.checks.isEmpty { policy.checks[below(policy.checks.count)].isWaivable.toggle() }
        case 17: policy.documents = some(RequiredDocument.allCases)
        case 18: policy.declared.append(declared())
        case 19: if !policy.declared.isEmpty { policy.declared[below(policy.declared.count)] = declared() }
        case 22: policy.monitoring = chance(2) ? [] : [monitor()]
        case 24: policy.shadow = chance(3) ? nil : shadow()
        case 25: policy.serving = serving()
        case 20: policy.freshDays = days()
        case 21: if !policy.checks.isEmpty { policy.checks[below(policy.checks.count)].freshDays = days() }
        default: policy.approvalDays = one([10, 30])
        }
    }

    private mutating func region(_ name: Text, _ count: Int) -> CheckResult.Group {
        let value = one([0.04, 0.3, 0.9])
        return CheckResult.Group(
            group: name, count: count, value: value, interval: Interval(low: value - 0.03, high: value + 0.03, level: 0.95, method: "test"))
    }

    mutating func evidence(_ index: Int) -> GateFacts.Evidence {
        let value = one([0.04, 0.1, 0.3, 0.9])
        let groups = Fixtures.groups([("a", one([20, 40, 500]), 0.5), ("b", 500, 0.5)])
        var evidence = Fixtures.evidence(
            [
                Fixtures.result("performance.accuracy", value: one([0.04, 0.5, 0.9])),
                Fixtures.result(Fixtures.parity, value: value, interval: (value - 0.03, value + 0.03), column: "race", groups: groups),
                Fixtures.result(
                    "performance.accuracy", value: 0.5, column: "region",
                    groups: [region("north", 500), region("south", one([20, 40, 500]))]),
            ], claim: UInt8(index + 1), provenance: one(Provenance.allCases), parameters: parameters())
        let age: Int64? = one([nil, 5, 20, 60])
        evidence.recordedAt = age.map { (100 - $0) * 86_400 }
        if evidence.envelope.provenance == .attested { evidence.evaluator = one(["lab", "firm"]) }
        return evidence
    }

    private mutating func parameters() -> [Text: Envelope.Parameter] {
        if chance(4) { return [:] }
        return chance(3) ? ["label": .text("approve"), "rows": .text("age > 60")] : ["label": .text("approve")]
    }

    mutating func facts() -> GateFacts {
        var facts = Fixtures.facts(
            evidence: (0..<1 + below(3)).map { evidence($0) }, target: one([.stage("Production"), .alias("champion")]),
            baseline: chance(2) ? nil : GateFacts.Baseline(version: "2", evidence: [evidence(9)]))
        if chance(2) {
            let manifest = chance(4) ? Fixtures.manifest : Fixtures.digest(0xBB)
            facts.namedBaselines = [.version(model: "fraud", number: 7): .init(version: "7", manifest: manifest, evidence: [evidence(19)])]
        }
        facts.model = one(["loan-approval", "fraud"])
        facts.tier = one([nil, .low, .high])
        facts.roleHolders = ["validator": ["vera", "victor", "author"], "compliance": ["carl", "vera"]]
        // A card that has everything has what a short one needs.
        let missing = one([[], ["fairness_assessment.disparate_impact"], ["intended_use"]])
        facts.documents = [
            .modelCard: .init(digest: Fixtures.digest(0xC1), missing: missing),
            .shortCard: .init(digest: Fixtures.digest(0xC2), missing: missing.filter { $0 == "intended_use" }),
        ]
        let (agreement, errors) = (one([0.9, 0.95, 0.99]), one([0, 0.01, 0.2]))
        facts.shadow = chance(4) ? nil : ShadowFacts(
            baseline: "7", predictions: one([99, 100, 5_000, 5_000]), agreement: agreement, errors: errors,
            agreementInterval: .init(low: agreement - 0.02, high: 1, level: 0.95, method: "m"),
            errorsInterval: .init(low: 0, high: errors + one([0, 0.05]), level: 0.95, method: "m"))
        // Half of the facts meet most of what is asked, or nothing would ever pass.
        let texts: [Text] = chance(2) ? ["0.1"] : ["0.1", "0.6", "yes", "x"]
        facts.declared = DeclaredFacts(
            tags: ["a": one(texts), "b": one(texts)], parameters: chance(4) ? [:] : ["a": one(texts), "b": one(texts)],
            metrics: ["a": one([0.04, 0.1, 0.9]), "b": one([0.1, .nan])])
        facts.hasAnonymousAuthor = chance(6)
        facts.now = 100 * 86_400
        facts.dossier.records = chance(2) ? ["training_record"] : []
        facts.dossier.openSections = one([nil, [], ["scores"]])
        facts.dossier.plans = [
            .init(id: "p", title: "p", signer: "s", plan: MonitoringPlan(owner: "o", monitors: (0..<below(20)).map { _ in monitor() }))
        ]
        if chance(3) {
            facts.dossier.findings = [
                .init(id: "f", title: "f", severity: one(Severity.allCases), dueAt: facts.now + 1, due: "", owner: "ana")
            ]
        }
        return facts
    }

    mutating func approvers() -> [(Text, Int64)] {
        let people: [Text] = ["vera", "victor", "carl", "author"]
        return (chance(3) ? some(people) : people).map { ($0, one([1, 1, 1, 20])) }
    }
}
