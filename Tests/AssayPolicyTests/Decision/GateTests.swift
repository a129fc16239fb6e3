import AssayPolicy
import AssayTerms
import Testing

/// Several policies together, the binding, and the message a client reads.
struct GateTests {
    private let results = [
        Fixtures.result(
            Fixtures.parity, value: 0.2333, interval: (0.16, 0.31), column: "race",
            groups: Fixtures.groups([("black", 197, 0.6751), ("white", 1_681, 0.9084)]), rows: 1_878),
        Fixtures.result("performance.accuracy", value: 0.88),
    ]

    private func policy(_ name: String, _ body: String) throws -> Policy {
        try Fixtures.read("assay: policy/v1\nname: \(name)\nversion: 1\ndata: {label: approve}\n" + body)
    }

    @Test func theWorstPolicyWins() throws {
        let good = try policy("good", "checks: [{id: performance.accuracy, min: 0.8}]")
        let bad = try policy("bad", "checks: [{id: fairness.demographic_parity_difference, column: race, max: 0.1}]")
        let open = try policy("open", "approvals: [{role: validator}]")
        let facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        let table: [([Policy], Decision)] = [
            ([good], .pass), ([bad], .fail), ([open], .incomplete), ([good, open], .incomplete), ([open, bad], .fail),
            ([good, open, bad], .fail),
        ]
        for (policies, expected) in table {
            #expect(Fixtures.gate(policies).decide(facts).decision == expected)
            #expect(Fixtures.gate(policies.reversed()).decide(facts) == Fixtures.gate(policies).decide(facts))
        }
        let outcome = Fixtures.gate([open, bad, good]).decide(facts)
        #expect(outcome.parts.map(\.policy) == ["bad", "good", "open"])
        #expect(outcome.parts.map(\.decision) == [.fail, .pass, .incomplete])
        #expect(outcome.binding?.policies == [good, bad, open].map(\.digest).sorted())
        #expect(outcome.binding?.claims == [Fixtures.digest(1)])
    }

    /// A newer statement, a policy published meanwhile, or a baseline that moved voids what was approved before.
    @Test func approvalsFallWithWhatTheyRestOn() throws {
        let policy = try policy("p", "checks: [{id: performance.accuracy, min: 0.8}]\napprovals: [{role: validator}]")
        var facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        let binding = try #require(Fixtures.gate([policy]).decide(facts).binding)
        facts.approvals = [
            .init(approver: "victor", name: "Victor", approvedAt: 999_000, expiresAt: .max, binding: binding)
        ]
        #expect(Fixtures.gate([policy]).decide(facts).decision == .pass)

        var again = facts
        again.evidence = [Fixtures.evidence(results, claim: 1), Fixtures.evidence(results, claim: 2)]
        #expect(Fixtures.gate([policy]).decide(again).decision == .incomplete)

        let more = try self.policy("q", "checks: [{id: performance.accuracy, min: 0.1}]")
        let stopped = Fixtures.gate([policy, more]).decide(facts)
        #expect(stopped.decision == .incomplete)
        #expect(stopped.unmet.allSatisfy { $0.text.contains("for another policy") })

        // Evidence of another version in the same list changes nothing.
        var elsewhere = facts
        elsewhere.evidence.append(Fixtures.evidence(results, claim: 7, subject: Fixtures.digest(0x33)))
        #expect(Fixtures.gate([policy]).decide(elsewhere).decision == .pass)
    }

    @Test func theBaselineIsPartOfTheEvidence() throws {
        let policy = try policy("p", "checks: [{id: performance.accuracy, against: production, max-drop: 5%}]")
        let standing = Fixtures.evidence(results, claim: 9, subject: Fixtures.digest(0x22))
        let facts = Fixtures.facts(
            evidence: [Fixtures.evidence(results)], baseline: .init(version: "2", evidence: [standing]))
        let outcome = Fixtures.gate([policy]).decide(facts)
        #expect(outcome.decision == .pass)
        #expect(outcome.binding?.claims == [Fixtures.digest(1), Fixtures.digest(9)])
        #expect(outcome.parts[0].reasons[0].measurement?.baseline == 0.88)
    }

    @Test func nothingPublishedMeansNoPolicy() {
        let outcome = Fixtures.gate([]).decide(Fixtures.facts())
        #expect(outcome.basis == .noPolicy && outcome.decision == .pass && outcome.parts.isEmpty)
    }

    @Test func theRefusalSaysWhatAndHow() throws {
        let policy = try Fixtures.read(
            """
            assay: policy/v1
            name: consumer-credit
            version: 2
            data: {dataset: eval/holdout.parquet, label: approve}
            checks:
              - {id: fairness.demographic_parity_difference, column: race, max: 0.1}
              - {id: performance.accuracy, min: 0.8}
              - {id: performance.roc_auc, min: 0.75}
            approvals: [{role: validator}, {role: compliance}]
            """)
        let facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        let text = Fixtures.gate([policy]).decide(facts).refusal(of: facts)
        #expect(
            text == """
                loan-approval version 3 may not enter stage Production: fail.
                Policy consumer-credit 2:
                  1. fail: fairness.demographic_parity_difference on race is 0.2333; the limit is max 0.1; 95 % interval 0.16 to \
                0.31; groups: black 0.6751 (197 rows), white 0.9084 (1681 rows); evidence: recomputed; data: \
                eval/holdout.parquet, chosen by the author.
                     → register a version that meets it, then: assay model promote loan-approval VERSION --stage Production
                  2. incomplete: performance.roc_auc; the limit is min 0.75; there is no evidence of it for this version.
                     → log the evaluation table with the model, mlflow.log_table(df, "eval/holdout.parquet"), register again, \
                then: assay model promote loan-approval VERSION --stage Production
                  3. incomplete: approvals by validator: 0 of 1; the author never counts.
                     → a person with the role validator runs: assay model approve loan-approval 3 --stage Production
                  4. incomplete: approvals by compliance: 0 of 1; the author never counts.
                     → a person with the role compliance runs: assay model approve loan-approval 3 --stage Production
                The request is r1; asking again updates it.
                """)
    }

    @Test func otherActionsAreNamed() throws {
        let policy = try policy("p", "approvals: [{role: validator}]")
        let actions = [
            ("delete", "holds stage Production, so 'delete' is gated and refused"),
            ("register", "may not be registered"),
        ]
        for (action, words) in actions {
            var facts = Fixtures.facts()
            facts.action = Text(action)
            #expect(
                Fixtures.gate([policy]).decide(facts).refusal(of: facts).contains("loan-approval version 3 " + words))
        }
    }

    @Test func checksAloneAreJudgedForAJob() throws {
        let body = """
            applies-to: {models: [other], stages: [Staging]}
            checks: [{id: performance.accuracy, min: 0.8}]
            approvals: [{role: validator}]
            """
        let policy = try policy("p", body)
        var facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        facts.hasAnonymousAuthor = true
        let part = Fixtures.gate([]).judgeChecks(of: policy, facts)
        #expect(part.decision == .pass && part.reasons.map(\.code) == [.met])
        #expect(part.digest == policy.digest)
    }

    /// Without words every decision, code and measurement is the same.
    @Test(arguments: [("0.8", Decision.pass), ("0.99", .fail)])
    func wordsDecideNothing(_ least: String, _ decision: Decision) throws {
        let policy = try policy("p", "checks: [{id: performance.accuracy, min: \(least)}, {id: performance.roc_auc, min: 0.1}]")
        let facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        let gate = Fixtures.gate([policy])
        let told = gate.preview(of: policy, digest: policy.digest, facts)
        #expect(told.reasons.map(\.decision).contains(decision) && told.reasons.allSatisfy { !$0.text.isEmpty })
        for words in [ReasonWords.unmet, .none] {
            var brief = gate.preview(of: policy, digest: policy.digest, facts, words: words)
            #expect(brief.decision == told.decision && brief.reasons.count == told.reasons.count)
            for index in brief.reasons.indices {
                let isTold = words == .unmet && !brief.reasons[index].decision.allows
                #expect(brief.reasons[index].text == (isTold ? told.reasons[index].text : ""))
                brief.reasons[index].text = told.reasons[index].text
            }
            #expect(brief == told)
        }
    }

    @Test func commandsCanBePasted() throws {
        let policy = try policy("p", "approvals: [{role: validator}]")
        var facts = Fixtures.facts(target: .alias("champion"))
        facts.model = "it's a; rm -rf"
        let outcome = Fixtures.gate([policy]).decide(facts)
        #expect(
            outcome.unmet[0].remedy?.hasSuffix("assay model approve 'it'\\''s a; rm -rf' 3 --alias champion") == true)
    }

    @Test func aLongRefusalIsCut() throws {
        let checks = (1...60).map { "  - {id: performance.accuracy, min: 0.9\($0)}" }.joined(separator: "\n")
        let policy = try policy("p", "checks:\n" + checks)
        let facts = Fixtures.facts(evidence: [Fixtures.evidence(results)])
        let text = Fixtures.gate([policy]).decide(facts).refusal(of: facts)
        #expect(text.contains("… and 20 more."))
        #expect(!text.contains("41. fail"))
    }
}
