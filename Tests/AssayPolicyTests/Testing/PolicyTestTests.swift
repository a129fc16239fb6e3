import AssayPolicy
import AssayTerms
import Foundation
import Testing

/// Cases of a policy: made-up facts that go through the gate itself.
struct PolicyTestTests {
    private static let policy = """
        assay: policy/v1
        name: p
        version: 1
        applies-to: {models: ["loan-*"], stages: [Production], aliases: [champion]}
        data: {dataset: eval/a.parquet, label: y, weight: w}
        accept: [recomputed, attested]
        evaluators: [lab]
        checks:
          - {id: fairness.demographic_parity_difference, column: race, max: 0.1, judge: interval}
          - {id: performance.accuracy, against: production, max-drop: 0.02}
          - {id: privacy.consent, column: ok, level: 4}
        approvals: [{role: validator}]
        """
    private static let shared = """
        assay: policy-test/v1
        policy: p
        facts:
          evidence:
            - {check: fairness.demographic_parity_difference, column: race, value: 0.01, interval: [0, 0.05]}
            - {check: performance.accuracy, value: 0.9}
            - {check: privacy.consent, column: ok, value: 1}
          baseline: {version: "7", evidence: [{check: performance.accuracy, value: 0.91}]}
          approvals: [{by: vera, roles: [validator]}]
        cases:

        """

    private static func cases(_ text: String, of policy: String = policy) throws -> (Policy, [PolicyTestCase]) {
        let policy = try Fixtures.read(policy)
        return (policy, try PolicyTestReader.read(Array(text.utf8), policy: policy, catalogue: Fixtures.catalogue))
    }

    private static func run(_ text: String, of policy: String = policy) throws -> [PolicyTestCase.Outcome] {
        let (policy, cases) = try cases(text, of: policy)
        return cases.map { $0.run(policy, settings: .shipped(), catalogue: Fixtures.catalogue) }
    }

    /// What is wrong with one case that expects a pass.
    private static func problems(facts: String, expect: String = "{decision: pass}") throws -> [String] {
        try run(shared + "  - {name: c, facts: {\(facts)}, expect: \(expect)}\n").flatMap(\.problems)
    }

    private static func mistakes(_ text: String) -> [String] {
        do {
            _ = try cases(text)
            return []
        } catch let error as PolicyProblems {
            return error.lines(file: "c").map { String($0.dropFirst(2)) }
        } catch {
            return ["\(error)"]
        }
    }

    private static func text(_ path: String) throws -> String {
        // Tests/AssayPolicyTests/Testing/PolicyTestTests.swift
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func whatIsLeftOutIsAsThePolicyAsks() throws { #expect(try Self.problems(facts: "version: '9'") == []) }

    /// Each fact reaches the gate: with another one, the answer is another one for the reason that it should be.
    @Test func eachFactCounts() throws {
        let parity = "check: fairness.demographic_parity_difference, column: race, value: 0.01"
        let accuracy = "check: performance.accuracy, value: 0.9"
        let facts: [(String, String, String)] = [
            ("evidence: [{\(parity)}]", "incomplete", "fairness.demographic_parity_difference, code: interval-missing"),
            ("evidence: [{\(parity), interval: [0.2, 0.3]}]", "fail", "fairness.demographic_parity_difference, code: limit-broken"),
            ("evidence: [{\(parity), interval: [0, 0.05], groups: {a: 5, b: 50}}]", "incomplete", "fairness.demographic_parity_difference, code: group-too-small"),
            ("evidence: [{\(parity), interval: [0, 0.05], groups: {a: 50}}]", "incomplete", "fairness.demographic_parity_difference, code: groups-too-few"),
            ("evidence: [{\(parity), interval: [0, 0.2], groups: {a: 50, b: 50}}]", "incomplete", "fairness.demographic_parity_difference, code: rows-too-few"),
            ("evidence: [{check: performance.accuracy, value: 0.88}]", "fail", "performance.accuracy, code: limit-broken"),
            ("evidence: [{check: performance.accuracy, undefined: no rows}]", "incomplete", "performance.accuracy, code: value-undefined"),
            ("evidence: [{\(accuracy), provenance: supplied}]", "incomplete", "performance.accuracy, code: provenance-refused"),
            ("evidence: [{\(accuracy), provenance: attested, evaluator: firm}]", "incomplete", "performance.accuracy, code: provenance-refused"),
            ("evidence: [{\(accuracy), dataset: eval/b.parquet}]", "incomplete", "performance.accuracy, code: evidence-missing"),
            ("evidence: [{\(accuracy), with: {weight: v}}]", "incomplete", "performance.accuracy, code: evidence-missing"),
            ("evidence: [{\(accuracy), with: {cutoff: '0.7'}}]", "incomplete", "performance.accuracy, code: evidence-missing"),
            ("evidence: [{\(accuracy), version: '2'}]", "incomplete", "performance.accuracy, code: evidence-missing"),
            ("evidence: [{\(accuracy), definition: 9}]", "incomplete", "performance.accuracy, code: evidence-outdated"),
            ("evidence: [{check: privacy.consent, column: ok, value: 1, options: {level: '5'}}]", "incomplete", "privacy.consent, code: evidence-missing"),
            ("baseline: {version: '7'}", "incomplete", "performance.accuracy, code: baseline-missing"),
            ("baseline: {version: '7', evidence: [{check: performance.accuracy, value: 0.93}]}", "fail", "performance.accuracy, code: limit-broken"),
            ("baseline: {version: '7', evidence: [{check: performance.accuracy, value: 0.91, dataset: x}]}", "incomplete", "performance.accuracy, code: baseline-missing"),
            ("approvals: []", "incomplete", "approvals, code: approval-missing"),
            ("approvals: [{by: vera}]", "incomplete", "approvals, code: approval-missing"),
            ("approvals: [{by: vera, roles: [validator], days-ago: 90}]", "incomplete", "approvals, code: approval-missing"),
            ("authors: [vera]", "incomplete", "approvals, code: approval-missing"),
            ("publisher: vera", "incomplete", "approvals, code: approval-missing"),
            ("anonymous: true", "incomplete", "author, code: author-anonymous"),
            ("tier: prohibited", "fail", "tier, code: use-prohibited"),
            ("findings: [critical]", "fail", "findings, code: finding-open"),
            ("overdue-findings: [low]", "fail", "findings, code: finding-open"),
            ("tier: high, open-sections: [scores]", "incomplete", "risk-evaluation, code: evaluation-incomplete"),
            ("tier: high, records: []", "incomplete", "risk-evaluation, code: evaluation-incomplete"),
        ]
            + ["version", "files", "place", "model", "policy", "evidence", "request"].map {
                ("approvals: [{by: vera, roles: [validator], for: [\($0)]}]", "incomplete", "approvals, code: approval-missing")
            }
        for (fact, decision, reason) in facts {
            #expect(try Self.problems(facts: fact) != [], "\(fact)")
            let expect = "{decision: \(decision), exactly: [{requirement: \(reason)}]}"
            #expect(try Self.problems(facts: fact, expect: expect) == [], "\(fact)")
        }
        #expect(try Self.problems(facts: "findings: [high], tier: high") == [])
        #expect(try Self.problems(facts: "approvals: [{by: vera}], roles: {validator: [vera, victor]}") == [])
        #expect(
            try Self.problems(
                facts: "evidence: [], computing: true",
                expect: "{decision: incomplete, reasons: [{requirement: performance.accuracy, code: evidence-pending}]}") == [])
        #expect(
            try Self.problems(
                facts: "frozen: false", expect: "{decision: incomplete, reasons: [{requirement: version, code: version-unfrozen}]}") == [])
    }

    @Test func placesAndNames() throws {
        #expect(try Self.problems(facts: "alias: CHAMPION") == [])
        #expect(try Self.problems(facts: "model: loan-x, stage: production") == [])
        // What no policy gates is no pass of this one.
        #expect(try Self.problems(facts: "stage: Staging") == ["the answer rests on 'not-gated', not on 'policies'"])
        #expect(try Self.problems(facts: "stage: Staging", expect: "{decision: pass, basis: not-gated}") == [])
        #expect(try Self.problems(facts: "model: fraud", expect: "{decision: pass, basis: default}") == [])
        #expect(try Self.problems(facts: "model: fraud, other-names: [loan-old]") == [])
    }

    @Test func whatIsNotAsExpectedIsSaid() throws {
        let accuracy = "evidence: [{check: performance.accuracy, value: 0.8}], approvals: []"
        #expect(
            try Self.problems(facts: accuracy, expect: "{decision: incomplete, reasons: [{requirement: performance.roc_auc, code: met}]}")
                == ["the decision is fail, not incomplete", "there is no reason performance.roc_auc met"])
        #expect(
            try Self.problems(
                facts: accuracy, expect: "{decision: fail, exactly: [{requirement: performance.accuracy, column: race, code: limit-broken}]}")
                == [
                    "there is no unmet reason performance.accuracy on race limit-broken",
                    "the reason performance.accuracy limit-broken is not expected", "the reason approvals approval-missing is not expected",
                ])
    }

    @Test func mistakesAreListedWithTheirPlace() {
        #expect(
            Self.mistakes(
                """
                assay: policy-test/v2
                policy: q
                cases:
                  - name: a
                    fact: {}
                    expect: {decision: maybe}
                  - name: b
                    facts: {frozen: perhaps, evidence: [{check: performance.acuracy, value: 1}, {check: performance.accuracy, value: x}]}
                    expect: {decision: pass, reasons: [{requirement: a, code: none}], exactly: []}
                  - {name: c, expect: {decision: pass}}
                  - {name: c, expect: {decision: pass}}
                """) == [
                "1:8: error: 'assay' is 'policy-test/v1' for cases, not 'policy-test/v2'",
                "2:9: error: these cases are of the policy 'q', and 'p' is tested",
                "5:5: error: this case has no key 'fact'; did you mean 'facts'?",
                "6:24: error: 'decision' cannot be 'maybe'; it is one of pass, waived, incomplete, fail",
                "8:21: error: 'frozen' is true or false, not 'perhaps'",
                "8:49: error: there is no check 'performance.acuracy'; did you mean 'performance.accuracy' or 'performance.roc_auc'?",
                "8:118: error: 'value' is a decimal number, not 'x'",
                "9:71: error: 'reasons' and 'exactly' exclude each other",
                "11:5: error: a case named 'c' starts on line 10 already",
            ])
        #expect(Self.mistakes("assay: policy-test/v1\npolicy: p\ncases: []\n") == ["3:1: error: 'cases' is an empty list"])
        #expect(Self.mistakes("") == ["1:1: error: the list of cases is empty"])
        let wrong: [(String, String)] = [
            ("stage: Production, alias: a", "'stage' and 'alias' are two places"), ("stage: Gone", "there is no stage 'Gone'"),
            ("registration: no", "'registration' is true where it stands"), ("tier: huge", "'tier' cannot be 'huge'"),
            ("roles: {validator: vera}", "the role 'validator' has a list of people"), ("roles: [vera]", "'roles' is a mapping of names"),
            ("evidence: [{check: performance.accuracy}]", "either 'value' or 'undefined'"),
            ("evidence: [{check: performance.accuracy, value: 1, undefined: x}]", "either 'value' or 'undefined'"),
            ("evidence: [{check: performance.accuracy, value: 1, interval: [1]}]", "'interval' is two numbers"),
            ("evidence: [{check: performance.accuracy, value: 1, interval: [1, 0]}]", "from its lower end to its upper one"),
            ("evidence: [{check: performance.accuracy, value: 1, groups: {a: 1}}]", "has no groups"),
            ("evidence: [{check: performance.accuracy, value: 1, privileged: a}]", "has no privileged group"),
            ("evidence: [{check: performance.accuracy, value: 1, evaluator: a}]", "an evaluator signs 'attested' evidence"),
            ("evidence: [{check: performance.accuracy, value: 1, options: {a: b}}]", "has no option 'a'"),
            ("evidence: [{check: privacy.consent, column: ok, value: 1, options: {level: 99}}]", "'level' of privacy.consent is a number"),
            ("evidence: [{check: performance.accuracy, value: 1e999}]", "'value' is a decimal number"),
            ("approvals: [{by: vera, for: [moon]}]", "an item of 'for' cannot be 'moon'"), ("approvals: [{roles: [a]}]", "this approval needs 'by'"),
            ("approvals: [{by: vera, days-ago: -1}]", "'days-ago' is a whole number from 0 to 3650"), ("baseline: {}", "'baseline' needs 'version'"),
        ]
        for (facts, message) in wrong {
            let found = Self.mistakes(Self.shared + "  - {name: c, facts: {\(facts)}, expect: {decision: pass}}\n")
            #expect(found.contains { $0.contains(message) }, "\(facts): \(found)")
        }
        // What is wrong with shared facts is said once, however many cases there are.
        let twice = "assay: policy-test/v1\npolicy: p\nfacts: {frozen: x}\ncases: [{name: a, expect: {decision: pass}}, {name: b, expect: {decision: pass}}]"
        #expect(Self.mistakes(twice).count == 1)
    }

    // MARK: - The example

    @Test func theLoanExampleHolds() throws {
        let outcomes = try Self.run(try Self.text("examples/loans/policy.test.yaml"), of: try Self.text("examples/loans/policy.yaml"))
        #expect(outcomes.count >= 10)
        for outcome in outcomes { #expect(outcome.problems == [], "\(outcome.name)") }
    }

    /// A policy that asks for something else does not pass its cases: each demand of the example has one that notices.
    @Test(arguments: [
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: race, max: 0.11"),
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: race, max: 0.09"),
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: race, below: 0.1"),
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: race, max: 0.1, min-group: 29"),
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: race, max: 0.1, min-group: 31"),
        ("demographic_parity_difference, column: race, max: 0.1", "demographic_parity_difference, column: sex, max: 0.1"),
        ("equal_opportunity_difference, column: race, max: 0.1", "equal_opportunity_difference, column: race, max: 0.2"),
        ("between: [0.8, 1.25]", "between: [0.78, 1.25]"), ("between: [0.8, 1.25]", "between: [0.81, 1.25]"),
        ("between: [0.8, 1.25]", "between: [0.8, 1.3]"), ("between: [0.8, 1.25]", "between: [0.8, 1.2]"),
        ("min-group: 30", "min-group: 29"), ("min-group: 30", "min-group: 31"), ("privileged: white", "privileged: black"),
        ("min: 0.85, judge: interval", "min: 0.84, judge: interval"), ("min: 0.85, judge: interval", "min: 0.86, judge: interval"),
        ("min: 0.85, judge: interval", "min: 0.85"), ("min: 0.7}", "min: 0.65}"), ("min: 0.7}", "min: 0.71}"),
        ("  - {role: compliance, count: 1}\n", ""), ("  - {role: validator, count: 1}\n", ""),
        ("role: validator, count: 1", "role: validator, count: 2"), ("separation-of-duties: true", "separation-of-duties: false"),
        ("after-days: 90", "after-days: 89"), ("after-days: 90", "after-days: 91"), ("accept: [recomputed]", "accept: [recomputed, supplied]"),
        ("dataset: eval/holdout.parquet", "weight: w"), ("aliases: [champion]", "aliases: [prod]"), ("[\"loan-*\"]", "[\"*\"]"),
        ("stages: [Production]", "stages: [Production, Staging]"), ("tiers: [high]", "tiers: [high, moderate]"),
    ])
    func everyDemandOfTheExampleIsTried(_ written: String, _ changed: String) throws {
        let source = try Self.text("examples/loans/policy.yaml")
        #expect(source.contains(written))
        let outcomes = try Self.run(
            try Self.text("examples/loans/policy.test.yaml"), of: source.replacingOccurrences(of: written, with: changed))
        #expect(outcomes.contains { !$0.problems.isEmpty }, "\(changed)")
    }
}
