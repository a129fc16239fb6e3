import AssayPolicy
import AssayTerms
import Testing

/// Whose approval counts, for what, and how places are filled.
struct ApprovalTests {
    private func policy(_ rules: [ApprovalRule], separatesDuties: Bool = true, days: Int = 90) -> Policy {
        Policy(
            name: "p", version: "1", scope: .everyProtectedPlace, approvals: rules, separatesDuties: separatesDuties,
            approvalDays: days)
    }

    private let two = [
        ApprovalRule(role: "validator", quorum: .count(1)), ApprovalRule(role: "compliance", quorum: .count(1)),
    ]

    /// Facts with approvals bound to what the gate itself says an approval is bound to.
    private func facts(
        _ policy: Policy, by approvers: [Text], holders: [Text: Set<Text>]? = nil,
        change: (inout GateFacts.Approval) -> Void = { _ in }
    ) throws -> GateFacts {
        var facts = Fixtures.facts()
        if let holders { facts.roleHolders = holders }
        let binding = try #require(Fixtures.gate([policy]).decide(facts).binding)
        facts.approvals = approvers.enumerated().map { index, approver in
            var approval = GateFacts.Approval(
                approver: approver, name: Text(approver.string.uppercased()), approvedAt: 900_000 + Int64(index),
                expiresAt: 2_000_000, binding: binding)
            change(&approval)
            return approval
        }
        return facts
    }

    private func decide(_ policy: Policy, _ facts: GateFacts) -> GateOutcome { Fixtures.gate([policy]).decide(facts) }

    @Test(
        arguments: [
            ([], Decision.incomplete), (["victor"], .incomplete), (["carl"], .incomplete), (["victor", "carl"], .pass),
            // vera holds both roles and fills one place.
            (["vera"], .incomplete), (["vera", "vera"], .incomplete), (["vera", "carl"], .pass),
            (["vera", "victor"], .pass),
            (["victor", "vera"], .pass), (["carl", "vera"], .pass), (["stranger", "victor"], .incomplete),
            (["author", "carl"], .incomplete),
        ] as [([Text], Decision)])
    func places(_ approvers: [Text], _ expected: Decision) throws {
        let policy = policy(two)
        let outcome = decide(policy, try facts(policy, by: approvers))
        #expect(outcome.decision == expected)
        if expected == .pass { #expect(outcome.approvers == approvers.sorted()) }
    }

    /// Against trying every assignment of people to places.
    @Test func placesAreFilledAsFullyAsCanBe() throws {
        let people: [Text] = ["p0", "p1", "p2", "p3"]
        let rules = [
            ApprovalRule(role: "a", quorum: .count(2)), ApprovalRule(role: "b", quorum: .count(1)),
            ApprovalRule(role: "c", quorum: .count(1)),
        ]
        let seats: [Text] = ["a", "a", "b", "c"]
        let policy = policy(rules, separatesDuties: false)
        var state: UInt64 = 7
        for _ in 0..<200 {
            var holders: [Text: Set<Text>] = [:]
            for role in ["a", "b", "c"] as [Text] {
                for person in people {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    if state >> 62 < 2 { holders[role, default: []].insert(person) }
                }
            }
            func canFill(_ seat: Int, _ free: Set<Text>) -> Bool {
                seat == seats.count
                    || free.contains {
                        (holders[seats[seat]] ?? []).contains($0) && canFill(seat + 1, free.subtracting([$0]))
                    }
            }
            let outcome = decide(policy, try facts(policy, by: people, holders: holders))
            #expect((outcome.decision == .pass) == canFill(0, Set(people)))
        }
    }

    @Test func anApprovalForSomethingElseDoesNotCount() throws {
        let policy = policy([two[0]])
        let other = Fixtures.digest(0x55)
        let changes: [(String, (inout GateBinding) -> Void)] = [
            ("log", { $0.logOrigin = "assay/other" }), ("request", { $0.request = "r2" }),
            ("action", { $0.action = "register" }), ("target", { $0.target = "alias champion" }),
            ("model", { $0.model = "other" }), ("version", { $0.version = "4" }),
            ("files of the version", { $0.manifest = other }), ("policy", { $0.policies = [other] }),
            ("evidence", { $0.claims = [other] }),
        ]
        for (field, change) in changes {
            let outcome = decide(policy, try facts(policy, by: ["victor"]) { change(&$0.binding) })
            #expect(outcome.decision == .incomplete)
            #expect(
                outcome.unmet[0].text.contains("VICTOR's approval does not count: it was given for another \(field)"))
        }
        #expect(decide(policy, try facts(policy, by: ["victor"])).decision == .pass)
    }

    @Test(arguments: [
        (Int64(1_000_001), 90, Decision.pass), (1_000_000, 90, .incomplete), (999_999, 90, .incomplete),
        (.max, 1, .incomplete), (.max, 2, .pass), (.min, 90, .incomplete),
    ])
    func expiry(_ expiresAt: Int64, _ days: Int, _ expected: Decision) throws {
        let policy = policy([two[0]], days: days)
        // Approved 100,000 seconds ago: a day and some hours.
        let facts = try facts(policy, by: ["victor"]) { $0.expiresAt = expiresAt }
        #expect(decide(policy, facts).decision == expected)
    }

    @Test func timesAtTheEdgeDoNotTrap() throws {
        let policy = policy([two[0]])
        for approvedAt in [Int64.max, .min] {
            let facts = try facts(policy, by: ["victor"]) { $0.approvedAt = approvedAt }
            #expect([.pass, .incomplete].contains(decide(policy, facts).decision))
        }
    }

    @Test func theAuthorCountsOnlyWithoutSeparationOfDuties() throws {
        let holders: [Text: Set<Text>] = ["validator": ["author"], "compliance": []]
        let strict = policy([two[0]])
        #expect(decide(strict, try facts(strict, by: ["author"], holders: holders)).decision == .incomplete)
        let loose = policy([two[0]], separatesDuties: false)
        #expect(decide(loose, try facts(loose, by: ["author"], holders: holders)).decision == .pass)
    }

    @Test func aRoleThatWasTakenAwayNoLongerCounts() throws {
        let policy = policy([two[0]])
        let facts = try facts(policy, by: ["victor"], holders: ["validator": ["vera"]])
        #expect(decide(policy, facts).decision == .incomplete)
    }

    @Test(arguments: [
        (1, 1, Decision.pass), (2, 1, .incomplete), (2, 2, .pass), (3, 1, .incomplete), (3, 2, .pass),
        (4, 2, .incomplete),
        (4, 3, .pass), (5, 3, .pass), (0, 0, .incomplete),
    ])
    func majority(_ members: Int, _ votes: Int, _ expected: Decision) throws {
        let policy = policy([ApprovalRule(role: "ethics_committee", quorum: .majority)])
        let people = (0..<members).map { Text("m\($0)") }
        // The author sits on the committee and is not counted among its members.
        let facts = try facts(
            policy, by: Array(people.prefix(votes)), holders: ["ethics_committee": Set(people + ["author"])])
        #expect(decide(policy, facts).decision == expected)
    }

    @Test func theOrganisationsDefault() throws {
        let gate = Fixtures.gate([], requiresPolicy: true)
        var facts = Fixtures.facts()
        let open = gate.decide(facts)
        #expect(open.decision == .incomplete && open.basis == .fallback)
        let binding = try #require(open.binding)
        for (approver, expected) in [
            ("victor", Decision.pass), ("carl", .pass), ("author", .incomplete), ("admin", .incomplete),
        ] as [(Text, Decision)] {
            facts.roleHolders["admin"] = ["admin"]
            facts.roleHolders["validator"]?.insert("author")
            facts.approvals = [
                .init(approver: approver, name: approver, approvedAt: 1, expiresAt: .max, binding: binding)
            ]
            #expect(gate.decide(facts).decision == expected)
        }
    }

    @Test func anonymousAndUnfrozenNeverPass() throws {
        let policy = policy([two[0]])
        var anonymous = try facts(policy, by: ["victor"])
        anonymous.hasAnonymousAuthor = true
        let outcome = decide(policy, anonymous)
        #expect(outcome.decision == .incomplete)
        #expect(outcome.unmet.map(\.code) == [.authorAnonymous])
        #expect(outcome.unmet[0].remedy?.contains("assay model adopt loan-approval 3") == true)
        let loose = self.policy([two[0]], separatesDuties: false)
        var named = try facts(loose, by: ["victor"])
        named.hasAnonymousAuthor = true
        #expect(decide(loose, named).decision == .pass)

        var unfrozen = try facts(policy, by: ["victor"])
        unfrozen.manifest = .unfrozen("its source is elsewhere")
        let stopped = decide(policy, unfrozen)
        #expect(stopped.decision == .incomplete && stopped.binding == nil)
        #expect(stopped.unmet.contains { $0.code == .versionUnfrozen })
        #expect(stopped.approvers == [])
    }
}
