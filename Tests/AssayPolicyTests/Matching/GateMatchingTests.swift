import AssayPolicy
import AssayTerms
import Testing

/// Which policies gate a change: pattern, tier and place, and what applies where none does.
struct GateMatchingTests {
    @Test(arguments: [
        ("*", "", true), ("*", "a/b", true), ("", "", true), ("", "a", false), ("loan-*", "loan-a", true),
        ("loan-*", "LOAN-A", true), ("LOAN-*", "loan-a", true), ("loan-*", "loan", false), ("loan-*", "aloan-a", false),
        ("*loan", "a-loan", true), ("*loan", "loans", false), ("l?an", "loan", true), ("l?an", "lan", false),
        ("l?an", "lo\u{301}an", false), ("?", "é", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXcYb", false),
        ("[a]", "[a]", true), ("[a]", "a", false), ("a**b", "ab", true), ("*É*", "café", true),
        (String(repeating: "*a", count: 40), String(repeating: "a", count: 39), false),
        (String(repeating: "*a", count: 40) + "b", String(repeating: "a", count: 5_000), false),
    ])
    func patterns(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(GlobPattern(Text(pattern)).matches(Text(name)) == matches)
    }

    private let credit = Policy(
        name: "credit", version: "1",
        scope: PolicyScope(models: ["loan-*"], tiers: [.high], stages: ["Production"], aliases: ["Champion"]),
        approvals: [ApprovalRule(role: "validator", quorum: .count(1))])

    @Test func selects() {
        let scope = credit.scope
        #expect(scope.selects(names: ["loan-a"], tier: .high, target: .stage("production")))
        #expect(scope.selects(names: ["loan-a"], tier: .high, target: .alias("CHAMPION")))
        #expect(!scope.selects(names: ["loan-a"], tier: .high, target: .alias("challenger")))
        #expect(!scope.selects(names: ["loan-a"], tier: .high, target: .stage("Staging")))
        #expect(!scope.selects(names: ["loan-a"], tier: .low, target: .stage("Production")))
        // A model nobody classified meets the policies of every tier.
        #expect(scope.selects(names: ["loan-a"], tier: nil, target: .stage("Production")))
        // A rename is judged by both names.
        #expect(scope.selects(names: ["toy", "loan-a"], tier: .high, target: .stage("Production")))
        #expect(!scope.selects(names: ["toy"], tier: .high, target: .stage("Production")))
        #expect(!scope.selects(names: ["loan-a"], tier: .high, target: .registration))
    }

    @Test func whatAppliesWithoutAMatch() {
        let none = Fixtures.gate([])
        #expect(none.applicable(names: ["a"], tier: nil, target: .stage("Production")).basis == .noPolicy)
        let required = Fixtures.gate([], requiresPolicy: true)
        let gated: [GateTarget] = [
            .stage("Production"), .stage("PRODUCTION"), .alias("champion"), .alias("Prod"), .alias("production"),
        ]
        for target in gated {
            for gate in [required, Fixtures.gate([credit])] {
                let (basis, policies) = gate.applicable(names: ["toy"], tier: .low, target: target)
                #expect(basis == .fallback)
                #expect(policies.map(\.name) == ["organisation-default"])
            }
        }
        for target in [GateTarget.stage("Staging"), .alias("challenger"), .registration] {
            #expect(required.applicable(names: ["toy"], tier: nil, target: target).basis == .notGated)
        }
        let (basis, policies) = Fixtures.gate([credit]).applicable(
            names: ["loan-a"], tier: .high, target: .alias("champion"))
        #expect(basis == .policies && policies.map(\.name) == ["credit"])
    }

    @Test func targetsHaveOneName() {
        #expect(GateTarget.stage("pRODUCTION").text == "stage Production")
        #expect(GateTarget.alias("Champion").text == GateTarget.alias("champion").text)
        #expect(GateTarget.alias("Champion").text == "alias champion")
        #expect(GateTarget.registration.text == "registration")
    }

    @Test func aProhibitedUsePassesNowhere() {
        for gate in [Fixtures.gate([]), Fixtures.gate([credit])] {
            for target in [GateTarget.stage("Staging"), .stage("Production"), .registration] {
                var facts = Fixtures.facts(target: target)
                facts.tier = .prohibited
                let outcome = gate.decide(facts)
                #expect(outcome.decision == .fail)
                #expect(outcome.unmet.contains { $0.code == .useProhibited })
            }
        }
    }
}
