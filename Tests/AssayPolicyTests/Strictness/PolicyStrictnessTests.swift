import AssayPolicy
import AssayTerms
import Testing

/// What counts as asking for less.
struct PolicyStrictnessTests {
    private static let roles: [Text] = ["validator", "compliance"]

    private func parts(_ old: Policy, _ new: Policy) -> [Loosening.Part] {
        PolicyStrictness.compare(old, new, approvingRoles: Self.roles).map(\.part)
    }

    private static func limit(_ check: String) throws -> Limit {
        try #require(try Fixtures.policy(check: "{id: performance.accuracy, \(check)}").checks.first).limit
    }

    @Test func aPolicyIsAsStrictAsItself() throws {
        let policy = try Fixtures.read(PolicyReaderTests.example)
        #expect(parts(policy, policy).isEmpty)
        var renamed = policy
        (renamed.name, renamed.version, renamed.description) = ("other", "9", nil)
        #expect(parts(policy, renamed).isEmpty)
    }

    /// Every field that can ask for less does so in one edit, and the finding names its part.
    @Test func everySingleLooseningIsFound() throws {
        var policy = try Fixtures.read(PolicyReaderTests.example)
        policy.scope.registration = true
        policy.scope.retirement = true
        policy.declared = [DeclaredCheck(kind: .tag, name: "reviewed", demand: .words(["yes"]))]
        policy.evaluators = ["lab"]
        policy.records = ["training_record"]
        policy.blockingFindings = [.high, .critical]
        policy.checks[0].isWaivable = false
        policy.accept = [.recomputed, .attested]
        policy.documents = [.modelCard]
        policy.freshDays = 30
        policy.monitoring = [.init(check: policy.checks[0], window: .days(7), alert: ["risk", "ana"])]
        let low = try Self.limit("min: 0.7")
        let (least, most) = (try Self.limit("min: 0.95"), try Self.limit("max: 0.01"))
        policy.serving = ServingRules(explanations: .never, predictions: [
            .init(name: "young", condition: "age < 18", action: .refer), .init(name: "cap", condition: "age > 80", action: .replace, value: "0"),
        ], reasons: ReasonsDemand(tables: [try #require(SHA256Digest(hex: String(repeating: "a", count: 64)))]))
        policy.shadow = PolicyShadow(predictions: 1_000, agreement: least, errors: most)
        let edits: [(Loosening.Part, (inout Policy) -> Void)] = [
            (.scope, { $0.scope.models = ["loan-a*"] }), (.scope, { $0.scope.models = [] }), (.scope, { $0.scope.tiers = [.low] }),
            (.scope, { $0.scope.stages = [] }), (.scope, { $0.scope.stages = ["Staging"] }), (.scope, { $0.scope.aliases = ["prod"] }),
            (.scope, { $0.scope.registration = false }), (.scope, { $0.scope.retirement = false }),
            (.checks, { $0.declared = [] }), (.checks, { $0.declared[0].demand = .present }), (.checks, { $0.declared[0].demand = .words(["yes", "no"]) }),
            (.checks, { $0.declared[0].demand = .limit(low) }), (.checks, { $0.declared[0].kind = .parameter }), (.checks, { $0.declared[0].name = "x" }),
            (.data, { $0.data = nil }), (.data, { $0.data?.dataset = .logged(path: "eval/easy.parquet") }),
            (.data, { $0.data?.dataset = nil }), (.data, { $0.data?.predictions = .dataset }), (.data, { $0.data?.label = "x" }),
            (.data, { $0.data?.prediction = "x" }), (.data, { $0.data?.score = "x" }), (.data, { $0.data?.positive = "x" }),
            (.data, { $0.data?.weight = "x" }), (.data, { $0.data?.rows = "age > 30" }), (.data, { $0.data?.thresholdsKey = "x" }),
            (.accept, { $0.accept = [.recomputed, .attested, .supplied] }), (.accept, { $0.accept = [.supplied] }),
            // Where something was recomputed and fails, only what somebody attested would count.
            (.accept, { $0.accept = [.attested] }),
            (.evaluators, { $0.evaluators = ["lab", "friend"] }), (.evaluators, { $0.evaluators = [] }),
            (.checks, { $0.checks.removeFirst() }), (.checks, { $0.checks.removeLast() }), (.checks, { $0.checks = [] }),
            (.checks, { $0.checks[0].id = "fairness.demographic_parity_ratio" }), (.checks, { $0.checks[0].column = "sex" }),
            (.checks, { $0.checks[0].limit = low }), (.checks, { $0.checks[0].minimumGroup = 29 }),
            (.checks, { $0.checks[0].judge = .interval }), (.checks, { $0.checks[1].privileged = "race=black" }),
            (.checks, { $0.checks[1].minimumGroup = 49 }), (.checks, { $0.checks[2].judge = .value }),
            (.checks, { $0.checks[2].limit = low }), (.checks, { $0.checks[2].options = ["cutoff": "1"] }),
            (.checks, { $0.checks[2].place = .data }), (.checks, { $0.checks[3].against = nil }),
            (.checks, { $0.checks[3].against = .version(model: "loans", number: 7) }), (.checks, { $0.checks[2].slice = "age > 60" }),
            (.checks, { $0.checks[2].forEach = "region" }), (.checks, { $0.freshDays = nil }), (.checks, { $0.freshDays = 31 }),
            (.checks, { ($0.freshDays, $0.checks[0].freshDays) = (31, 30) }),
            (.approvals, { $0.approvals.removeFirst() }), (.approvals, { $0.approvals.removeLast() }), (.approvals, { $0.approvals = [] }),
            (.approvals, { $0.approvals[0].quorum = .count(0) }), (.approvals, { $0.approvals[0].role = nil }),
            (.approvals, { $0.approvals[0].role = "compliance" }), (.approvals, { $0.approvals[0].quorum = .majority }),
            (.approvals, { $0.approvals[2].quorum = .count(5) }), (.approvals, { $0.approvals[2].role = "validator" }),
            (.checks, { $0.checks[0].isWaivable = true }), (.records, { $0.records = [] }), (.records, { $0.records = ["notice_record"] }),
            (.monitoring, { $0.monitoring = [] }), (.monitoring, { $0.monitoring[0].check.limit = low }),
            (.monitoring, { $0.monitoring[0].window = .days(8) }), (.monitoring, { $0.monitoring[0].window = .rows(1) }),
            (.monitoring, { $0.monitoring[0].alert = ["risk"] }), (.monitoring, { $0.monitoring[0].check.column = "sex" }),
            (.shadow, { $0.shadow = nil }), (.shadow, { $0.shadow?.predictions = 999 }), (.shadow, { $0.shadow?.agreement = low }),
            (.shadow, { $0.shadow?.agreement = nil }), (.shadow, { $0.shadow?.errors = nil }), (.shadow, { $0.shadow?.judge = .interval }),
            (.shadow, { $0.shadow?.withoutBaseline = .pass }),
            (.serving, { $0.serving.whenOffline = .keepServing }), (.serving, { $0.serving.explanations = nil }),
            (.serving, { $0.serving.explanations = .always }),
            (.serving, { $0.serving.reasons = nil }), (.serving, { $0.serving.reasons = ReasonsDemand() }),
            (.serving, { $0.serving.predictions = [] }), (.serving, { $0.serving.predictions[0].action = .flag }),
            (.serving, { $0.serving.predictions[0].unknown = .flag }), (.serving, { $0.serving.predictions[0].condition = "age < 17" }),
            (.serving, { $0.serving.predictions[0].name = "old" }), (.serving, { $0.serving.predictions[0].outsideProfile = ["age"] }),
            (.serving, { $0.serving.predictions[1].value = "1" }), (.serving, { $0.serving.predictions[1].action = .flag }),
            (.serving, { $0.serving.predictions.append(.init(name: "more", condition: "age > 90", action: .replace, value: "1")) }),
            (.findings, { $0.blockingFindings = [.critical] }),
            (.documents, { $0.documents = [] }), (.documents, { $0.documents = [.shortCard] }),
            (.duties, { $0.separatesDuties = false }), (.expiry, { $0.approvalDays = 31 }),
        ]
        for (index, (part, edit)) in edits.enumerated() {
            var looser = policy
            edit(&looser)
            #expect(parts(policy, looser).contains(part), "edit \(index), in \(part)")
        }
        policy.checks[3].withoutBaseline = .incomplete
        var looser = policy
        looser.checks[3].withoutBaseline = .pass
        #expect(parts(policy, looser) == [.checks])
    }

    @Test func whatAsksForMoreIsNone() throws {
        let policy = try Fixtures.read(PolicyReaderTests.example)
        let more = try #require(try Fixtures.policy(check: "{id: performance.accuracy, min: 0.5}").checks.first)
        let edits: [(inout Policy) -> Void] = [
            { $0.scope.models = ["Loan-*", "fraud"] }, { $0.scope.models = ["*"] }, { $0.scope.tiers = [] },
            { $0.scope.tiers = [.low, .high] }, { $0.scope.stages = ["Staging", "Production"] },
            { $0.scope.aliases = ["Champion", "prod"] }, { $0.scope.registration = true }, { $0.checks.append(more) },
            { $0.checks[0].minimumGroup = 31 }, { $0.checks[3].withoutBaseline = .incomplete }, { $0.checks.swapAt(0, 2) },
            { $0.approvals[0].quorum = .count(2) }, { $0.approvals.append(ApprovalRule(role: nil, quorum: .count(1))) },
            { $0.approvals.swapAt(0, 2) }, { $0.approvalDays = 29 },
            { $0.freshDays = 365 }, { $0.checks[0].freshDays = 1 }, { $0.documents = [.shortCard] }, { $0.documents = [.modelCard] },
        ]
        for (index, edit) in edits.enumerated() {
            var stricter = policy
            edit(&stricter)
            let found = PolicyStrictness.compare(policy, stricter, approvingRoles: Self.roles)
            #expect(found.isEmpty, "edit \(index): \(found)")
        }
        var short = policy
        short.documents = [.shortCard]
        var whole = policy
        whole.documents = [.modelCard]
        #expect(parts(short, whole).isEmpty, "a whole card holds a short one")
        var wider = policy
        wider.accept = [.attested, .recomputed]
        #expect(parts(wider, policy).isEmpty, "less from the weak end")
    }

    @Test(arguments: [
        ("max: 0.1", "max: 0.10", true), ("max: 0.1", "max: 0.09", true), ("max: 0.1", "max: 0.1000001", false),
        ("max: 0.1", "below: 0.1", true), ("below: 0.1", "max: 0.1", false), ("max: 0.1", "min: 0.1", false),
        ("min: 0.8", "min: 0.81", true), ("min: 0.8", "above: 0.8", true), ("above: 0.8", "min: 0.8", false),
        ("between: [0.2, 0.8]", "between: [0.3, 0.8]", true), ("between: [0.2, 0.8]", "between: [0.1, 0.8]", false),
        ("between: [0.2, 0.8]", "min: 0.3", false), ("min: 0.3", "between: [0.3, 0.8]", true),
        ("max: 0.1", "{max: 0.1, abs: true}", false), ("{max: 0.1, abs: true}", "max: 0.1", false),
        ("against: production, max-drop: 2%", "against: production, max-drop: 1.9%", true),
        ("against: production, max-drop: 2%", "against: production, max-drop: 0.02", false),
        ("against: production, max-drop: 0.02", "against: production, max-drop: 0.021", false),
        ("against: production, max-drop: 0.02", "min: 0.9", false),
    ])
    func limits(_ old: String, _ new: String, _ isStrict: Bool) throws {
        func policy(_ limit: String) throws -> Policy {
            try Fixtures.policy(check: "{id: performance.accuracy, \(limit.filter { !"{}".contains($0) })}")
        }
        #expect(try parts(policy(old), policy(new)).isEmpty == isStrict)
    }

    @Test func placesOfOneRoleAreAddedUp() {
        func policy(_ rules: [(Text?, Int)], separates: Bool = true) -> Policy {
            Policy(
                name: "p", version: "1", approvals: rules.map { ApprovalRule(role: $0.0, quorum: .count($0.1)) },
                separatesDuties: separates)
        }
        #expect(parts(policy([("validator", 2)]), policy([("validator", 1), ("validator", 1)])).isEmpty)
        #expect(parts(policy([(nil, 2)]), policy([("validator", 1), ("compliance", 1)])).isEmpty)
        #expect(parts(policy([(nil, 1), ("validator", 1)]), policy([("validator", 2)])).isEmpty)
        #expect(parts(policy([(nil, 1), ("validator", 1)]), policy([("validator", 1)])) == [.approvals])
        // A role that fills no place without a role.
        #expect(parts(policy([(nil, 1)]), policy([("ethics_committee", 1)])) == [.approvals])
        #expect(parts(policy([("validator", 1)]), policy([(nil, 3)])) == [.approvals])
        #expect(parts(policy([("validator", 1)], separates: false), policy([("validator", 1)])).isEmpty)
        // The author kept out, a majority is one of fewer people.
        var majority = policy([], separates: false)
        majority.approvals = [ApprovalRule(role: "validator", quorum: .majority)]
        var separated = majority
        separated.separatesDuties = true
        #expect(parts(majority, separated) == [.approvals])
    }

    @Test func evidenceDoesNotCountWhereNothingWasChecked() {
        var policy = Policy(name: "p", version: "1")
        policy.accept = [.supplied]
        policy.evaluators = ["lab"]
        #expect(parts(Policy(name: "p", version: "1"), policy).isEmpty)
    }

    @Test func theDefaultStepsBackOnlyForWhatAsksAsMuch() {
        let standing = Policy(name: "a", version: "1", scope: PolicyScope(models: ["a*"], stages: ["Production"]))
        let approved = [ApprovalRule(role: nil, quorum: .count(1))]
        func found(_ policy: Policy, over published: [Policy], requires: Bool = false) -> [Loosening.Part] {
            Fixtures.gate(published, requiresPolicy: requires).loosenings(publishing: policy).map(\.part)
        }
        var wide = standing
        (wide.version, wide.scope.models) = ("2", ["*"])
        // Everything was open before.
        #expect(found(wide, over: []).isEmpty)
        #expect(found(wide, over: [], requires: true) == [.approvals])
        #expect(found(wide, over: [standing]) == [.approvals])
        var other = wide
        other.name = "b"
        #expect(found(other, over: [standing]) == [.approvals])
        other.approvals = approved
        #expect(found(other, over: [standing]).isEmpty)
        other.separatesDuties = false
        #expect(found(other, over: [standing]) == [.duties])
        // It reaches no further than the version before, or no protected place.
        var same = standing
        same.version = "2"
        #expect(found(same, over: [standing]).isEmpty)
        other = Policy(name: "b", version: "1", scope: PolicyScope(stages: ["Staging"]))
        #expect(found(other, over: [standing]).isEmpty)
    }
}
