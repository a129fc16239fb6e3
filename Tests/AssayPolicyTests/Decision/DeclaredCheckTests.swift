import AssayPolicy
import AssayTerms
import Testing

/// What a run says of itself, held against a policy.
struct DeclaredCheckTests {
    private static func policy(_ checks: String) throws -> Policy {
        try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\nchecks: [\(checks)]\nseparation-of-duties: false")
    }

    private static func reason(_ check: String, _ declared: DeclaredFacts) throws -> GateReason {
        var facts = Fixtures.facts()
        facts.declared = declared
        let reasons = try Fixtures.gate([policy(check)]).decide(facts).parts[0].reasons
        return try #require(reasons.first { $0.requirement.hasPrefix("run.") })
    }

    @Test func demandsAndAnswers() throws {
        let said = DeclaredFacts(
            tags: ["reviewed": "yes", "empty": "", "rows": "12"], parameters: ["lr": "0.10", "depth": "1e3", "odd": "0x10"],
            metrics: ["auc": 0.91, "bad": .nan, "huge": .infinity, "gap": -0.2])
        let cases: [(String, Decision, GateReason.Code)] = [
            ("{id: run.tag, name: reviewed}", .pass, .met), ("{id: run.tag, name: empty}", .pass, .met),
            ("{id: run.tag, name: Reviewed}", .incomplete, .declarationMissing),
            ("{id: run.tag, name: reviewed, equals: \"yes\"}", .pass, .met), ("{id: run.tag, name: reviewed, equals: Yes}", .fail, .limitBroken),
            ("{id: run.tag, name: reviewed, in: [no, \"yes\"]}", .pass, .met), ("{id: run.tag, name: reviewed, in: [no]}", .fail, .limitBroken),
            ("{id: run.tag, name: reviewed, min: 1}", .incomplete, .valueUndefined), ("{id: run.tag, name: rows, min: 12}", .pass, .met),
            // A decimal as written, compared exactly.
            ("{id: run.param, name: lr, max: 0.1}", .pass, .met), ("{id: run.param, name: lr, below: 0.1}", .fail, .limitBroken),
            ("{id: run.param, name: depth, between: [1000, 1000]}", .pass, .met), ("{id: run.param, name: odd, min: 1}", .incomplete, .valueUndefined),
            ("{id: run.param, name: auc}", .incomplete, .declarationMissing),
            ("{id: run.metric, name: auc, min: 0.91}", .pass, .met), ("{id: run.metric, name: auc, above: 0.91}", .fail, .limitBroken),
            ("{id: run.metric, name: gap, abs: true, max: 0.1}", .fail, .limitBroken), ("{id: run.metric, name: gap, abs: true, max: 0.2}", .pass, .met),
            ("{id: run.metric, name: bad}", .pass, .met), ("{id: run.metric, name: bad, min: 0}", .incomplete, .valueUndefined),
            ("{id: run.metric, name: huge, min: 0}", .incomplete, .valueUndefined),
        ]
        for (check, decision, code) in cases {
            let reason = try Self.reason(check, said)
            #expect(reason.decision == decision && reason.code == code, "\(check): \(reason)")
            #expect(reason.text.contains("self-declared by the run"), "\(reason.text)")
            #expect((reason.remedy == nil) == decision.allows)
        }
    }

    @Test func mistakesAreReported() throws {
        let cases = [
            ("{id: run.metrik, name: a}", "run.metric"), ("{id: run.metric}", "needs 'name'"),
            ("{id: run.metric, name: a, equals: b}", "a metric is a number"), ("{id: run.tag, name: a, equals: b, max: 1}", "exclude each other"),
            ("{id: run.tag, name: a, equals: b, in: [c]}", "exclude each other"), ("{id: run.tag, name: a, in: []}", "empty list"),
            ("{id: run.tag, name: a, in: [b, b]}", "twice"), ("{id: run.metric, name: a, between: [2, 1]}", "reversed"),
            ("{id: run.metric, name: a, max-drop: 2%, against: production}", "has no key"), ("{id: run.metric, name: a, abs: true}", "'abs' belongs to a limit"),
            ("{id: run.metric, name: a, column: b, max: 1}", "has no key 'column'"), ("{id: run.tag, name: a, waivable: true}", "has no key"),
        ]
        for (check, words) in cases {
            let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nchecks: [\(check)]")
            #expect(problems.contains { $0.contains(words) }, "\(check): \(problems)")
        }
        // What a run declares needs no rows to be judged on.
        #expect(Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nchecks: [{id: run.tag, name: a}]") == [])
    }

    /// Rewriting a tag after it was approved leaves nothing approved; tags that nobody asked for do not matter.
    @Test func approvalsAreBoundToWhatWasSaid() throws {
        let policy = try Fixtures.read(
            "assay: policy/v1\nname: p\nversion: 1\nchecks: [{id: run.tag, name: card}]\napprovals: [{role: validator}]")
        let gate = Fixtures.gate([policy])
        var facts = Fixtures.facts()
        facts.declared.tags = ["card": "one", "other": "x"]
        let binding = try #require(gate.decide(facts).binding)
        #expect(binding.declared != nil)
        facts.approvals = [.init(approver: "vera", name: "vera", approvedAt: facts.now, expiresAt: facts.now + 1, binding: binding)]
        #expect(gate.decide(facts).decision == .pass)
        facts.declared.tags["other"] = "y"
        #expect(gate.decide(facts).decision == .pass)
        facts.declared.tags["card"] = "two"
        let refused = gate.decide(facts)
        #expect(refused.decision == .incomplete && refused.refusal(of: facts).contains("run's own tags"))
        #expect(try #require(Fixtures.gate([try Fixtures.policy(check: "{id: performance.accuracy, min: 0.5}")]).decide(facts).binding).declared == nil)
    }
}
