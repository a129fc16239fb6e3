import AssayPolicy
import AssayTerms
import Testing

/// What evidence counts for a check, and what is missing where none does. `incomplete` never passes.
struct CheckJudgeTests {
    private let check = "{id: fairness.demographic_parity_difference, column: race, max: 0.1}"

    private func result(_ value: Double?, groups: [(Text, Int, Double?)] = [("a", 500, 0.5), ("b", 500, 0.5)])
        -> CheckResult
    {
        Fixtures.result(
            Fixtures.parity, value: value, column: "race", groups: Fixtures.groups(groups),
            undefined: value == nil ? "one group has no rows" : nil)
    }

    private func outcome(_ policy: Policy, _ evidence: [GateFacts.Evidence], jobs: [Text] = []) -> GateReason {
        var facts = Fixtures.facts(evidence: evidence)
        facts.jobs = jobs
        let outcome = Fixtures.gate([policy]).decide(facts)
        return outcome.parts[0].reasons[0]
    }

    @Test func groupsThatAreTooFewOrTooSmall() throws {
        let policy = try Fixtures.policy(check: check)
        func code(_ groups: [(Text, Int, Double?)], _ value: Double? = 0.05) -> GateReason.Code {
            outcome(policy, [Fixtures.evidence([result(value, groups: groups)])]).code
        }
        #expect(code([]) == .groupsTooFew)
        #expect(code([("a", 500, 0.5)]) == .groupsTooFew)
        #expect(code([("a", 500, 0.5), ("b", 0, nil)]) == .groupsTooFew)
        #expect(code([("a", 500, 0.5), ("b", 29, 0.5)]) == .groupTooSmall)
        #expect(code([("a", 500, 0.5), ("b", 30, 0.5)]) == .met)
        // A gap that rests on a tiny group is not shown either way.
        #expect(code([("a", 500, 0.5), ("b", 29, 1)], 0.5) == .groupTooSmall)
        #expect(code([("a", 500, 0.5), ("b", 500, 0.5)], nil) == .valueUndefined)
        let small = try Fixtures.policy(check: check.replacingMax(with: "max: 0.1, min-group: 1"))
        #expect(
            outcome(small, [Fixtures.evidence([result(0.05, groups: [("a", 500, 0.5), ("b", 1, 0.5)])])]).code == .met)
        let reason = outcome(policy, [Fixtures.evidence([result(nil)])])
        #expect(reason.text.contains("it has no value: one group has no rows"))
    }

    @Test func evidenceMustBeAboutThisVersionThisCheckAndThesePlaces() throws {
        let policy = try Fixtures.policy(
            check: check, data: "{label: approve, dataset: eval/holdout.parquet, positive: 1}")
        let good: [Text: Envelope.Parameter] = ["label": .text("approve"), "positive": .integer(1)]
        func code(_ evidence: GateFacts.Evidence) -> GateReason.Code { outcome(policy, [evidence]).code }
        #expect(code(Fixtures.evidence([result(0)], parameters: good)) == .met)
        #expect(code(Fixtures.evidence([result(0)], subject: Fixtures.digest(3), parameters: good)) == .evidenceMissing)
        #expect(
            code(Fixtures.evidence([result(0)], dataset: "eval/easy.parquet", parameters: good)) == .evidenceMissing)
        #expect(code(Fixtures.evidence([result(0)], parameters: ["label": .text("approve")])) == .evidenceMissing)
        #expect(
            code(Fixtures.evidence([result(0)], parameters: ["label": .text("other"), "positive": .integer(1)]))
                == .evidenceMissing)
        var weighted = good
        weighted["weight"] = .text("w")
        #expect(code(Fixtures.evidence([result(0)], parameters: weighted)) == .evidenceMissing)
        var part = good
        part["rows"] = .text("age > 30")
        #expect(code(Fixtures.evidence([result(0)], parameters: part)) == .evidenceMissing)
        let onPart = try Fixtures.policy(
            check: check, data: "{label: approve, dataset: eval/holdout.parquet, positive: 1, rows: age > 30}")
        #expect(outcome(onPart, [Fixtures.evidence([result(0)], parameters: part)]).code == .met)
        #expect(outcome(onPart, [Fixtures.evidence([result(0)], parameters: good)]).code == .evidenceMissing)
        let extras: [(Text, Envelope.Parameter)] = [
            ("outcome", .text("label")), ("cutoff", .number(0.1)), ("missing", .list([.text("?")])),
            ("anything", .flag(true)),
        ]
        for (name, value) in extras {
            var changed = good
            changed[name] = value
            #expect(code(Fixtures.evidence([result(0)], parameters: changed)) == .evidenceMissing, "\(name)")
        }
        var told = good
        told["cutoff"] = .number(0.5)
        told["sensitive"] = .list([.text("race")])
        #expect(code(Fixtures.evidence([result(0)], parameters: told)) == .met)
        var other = result(0)
        other.column = "sex"
        #expect(code(Fixtures.evidence([other], parameters: good)) == .evidenceMissing)
        other = result(0)
        other.definition = 2
        #expect(code(Fixtures.evidence([other], parameters: good)) == .evidenceOutdated)
        #expect(outcome(policy, []).code == .evidenceMissing)
        #expect(outcome(policy, [], jobs: ["/api/assay/v1/jobs/7"]).code == .evidencePending)
        #expect(outcome(policy, [], jobs: ["/api/assay/v1/jobs/7"]).text.contains("/api/assay/v1/jobs/7"))
    }

    @Test func aPinnedDatasetIsBoundByDigest() throws {
        let pinned = try Fixtures.policy(
            check: check, data: "{label: approve, dataset: 'loans@sha256:\(Fixtures.rows.hex)'}")
        let right = outcome(pinned, [Fixtures.evidence([result(0)], dataset: "whatever.parquet")])
        #expect(right.code == .met)
        #expect(right.text.contains("whatever.parquet, pinned by the policy"))
        #expect(outcome(pinned, [Fixtures.evidence([result(0)], rows: Fixtures.digest(1))]).code == .evidenceMissing)
        let free = outcome(try Fixtures.policy(check: check), [Fixtures.evidence([result(0)])])
        #expect(free.text.contains("eval/holdout.parquet, chosen by the author"))
    }

    @Test(arguments: [
        ("[recomputed]", [Provenance.supplied], GateReason.Code.provenanceRefused),
        ("[recomputed]", [.attested], .provenanceRefused),
        ("[recomputed, attested]", [.attested], .met),
        ("[attested]", [.recomputed], .provenanceRefused),
        ("[supplied, attested, recomputed]", [.supplied], .met),
    ])
    func provenance(_ accept: String, _ given: [Provenance], _ expected: GateReason.Code) throws {
        let policy = try Fixtures.policy(check: check, extra: "accept: \(accept)")
        let evidence = given.map { Fixtures.evidence([result(0)], provenance: $0) }
        #expect(outcome(policy, evidence).code == expected)
    }

    @Test func strongerEvidenceOverrulesAndTheWorstOfEqualsCounts() throws {
        let policy = try Fixtures.policy(check: check, extra: "accept: [recomputed, supplied]")
        let perfect = Fixtures.evidence([result(0)], claim: 1, provenance: .supplied)
        let ours = Fixtures.evidence([result(0.3)], claim: 2, provenance: .recomputed)
        let kind = Fixtures.evidence([result(0.05)], claim: 3, provenance: .recomputed)
        #expect(outcome(policy, [perfect]).code == .met)
        #expect(outcome(policy, [perfect, ours]).code == .limitBroken)
        #expect(outcome(policy, [kind, ours, perfect]).code == .limitBroken)
        #expect(outcome(policy, [ours, kind]) == outcome(policy, [kind, ours]))
        let undefined = Fixtures.evidence([result(nil)], claim: 4, provenance: .recomputed)
        #expect(outcome(policy, [kind, undefined]).decision == .incomplete)
    }

    @Test func privilegedGroupsMustBeTheSame() throws {
        let policy = try Fixtures.policy(
            check: "{id: aif360.disparate_impact, column: race, privileged: white, min: 0.8}")
        func code(_ privileged: String?) -> GateReason.Code {
            outcome(
                policy,
                [
                    Fixtures.evidence([
                        Fixtures.result(
                            "aif360.disparate_impact", value: 1, column: "race", privileged: privileged,
                            groups: Fixtures.twoGroups)
                    ])
                ]
            ).code
        }
        #expect(code("race=white") == .met)
        #expect(code("race = white") == .met)
        #expect(code("race=black") == .evidenceMissing)
        #expect(code(nil) == .evidenceMissing)
    }

    /// Too few rows to show anything is not a failure, and the answer names how many it takes.
    @Test func rowsThatAreTooFew() throws {
        let policy = try Fixtures.policy(check: check.replacingMax(with: "max: 0.1, judge: interval"))
        func reason(_ value: Double, _ interval: (Double, Double), _ counts: (Int, Int), _ rates: (Double, Double))
            -> GateReason
        {
            outcome(
                policy,
                [
                    Fixtures.evidence([
                        Fixtures.result(
                            Fixtures.parity, value: value, interval: interval, column: "race",
                            groups: Fixtures.groups([("a", counts.0, rates.0), ("b", counts.1, rates.1)]),
                            rows: counts.0 + counts.1)
                    ])
                ])
        }
        // Two groups of 50 at one half: the margin at parity is 1.96 × √(0.25 × 2/50) = 0.196, so 0.1 is out of reach
        // and 100 × 1.96² = 384.1 rows are needed.
        let few = reason(0, (0, 0.05), (50, 50), (0.5, 0.5))
        #expect(few.decision == .pass)
        let scarce = reason(0.02, (0, 0.2), (50, 50), (0.49, 0.51))
        #expect(scarce.code == .rowsTooFew)
        #expect(scarce.decision == .incomplete)
        #expect(
            scarce.text.contains("at least about 384 are needed")
                || scarce.text.contains("at least about 385 are needed"))
        // The interval's own margin of 0.3 asks for 100 × 3² rows.
        #expect(reason(0, (0, 0.3), (50, 50), (0.5, 0.5)).text.contains("at least about 900 are needed"))
        // A gap whose whole interval lies beyond the limit is shown, however few the rows.
        #expect(reason(0.5, (0.2, 0.8), (50, 50), (0.25, 0.75)).code == .limitBroken)
        // With rows enough for parity to show, an interval that reaches beyond the limit fails.
        #expect(reason(0.09, (0.06, 0.12), (5_000, 5_000), (0.46, 0.55)).code == .limitBroken)
    }

    @Test func rowsThatAreTooFewForARatio() throws {
        let policy = try Fixtures.policy(
            check:
                "{id: aif360.disparate_impact, column: race, privileged: white, between: [0.8, 1.25], judge: interval}")
        func code(_ interval: (Double, Double), _ count: Int) -> GateReason.Code {
            outcome(
                policy,
                [
                    Fixtures.evidence([
                        Fixtures.result(
                            "aif360.disparate_impact", value: 1, interval: interval, column: "race",
                            privileged: "race=white",
                            groups: Fixtures.groups([("white", count, 0.5), ("black", count, 0.5)]), rows: 2 * count)
                    ])
                ]
            ).code
        }
        #expect(code((0.9, 1.1), 10_000) == .met)
        #expect(code((0.7, 1.4), 50) == .rowsTooFew)
        #expect(code((0.75, 1.1), 10_000) == .rowsTooFew)
        #expect(code((0.5, 0.7), 50) == .limitBroken)
    }

    /// A rate over all rows has no parity that more rows could bring nearer.
    @Test func ratesAreJudgedAsTheyAre() throws {
        let id = "fairness.true_positive_rate"
        let policy = try Fixtures.policy(check: "{id: \(id), column: race, min: 0.8, judge: interval}")
        let result = Fixtures.result(
            id, value: 0.8, interval: (0.6, 0.9), column: "race",
            groups: Fixtures.groups([("a", 30, 0.8), ("b", 30, 0.8)]), rows: 60)
        #expect(outcome(policy, [Fixtures.evidence([result])]).code == .limitBroken)
    }

    @Test func textSaysWhatWasMeasured() throws {
        let policy = try Fixtures.policy(check: check)
        let reason = outcome(
            policy,
            [
                Fixtures.evidence([
                    Fixtures.result(
                        Fixtures.parity, value: 0.23333333333333334, interval: (0.16, 0.31), column: "race",
                        groups: Fixtures.groups([("black", 197, 0.67512), ("white", 1_681, 0.9084)]), rows: 1_878)
                ])
            ])
        #expect(
            reason.text == """
                fairness.demographic_parity_difference on race is 0.2333; the limit is max 0.1; 95 % interval 0.16 to 0.31; \
                groups: black 0.6751 (197 rows), white 0.9084 (1681 rows); evidence: recomputed; \
                data: eval/holdout.parquet, chosen by the author
                """)
        #expect(
            reason.remedy
                == "register a version that meets it, then: assay model promote loan-approval VERSION --stage Production"
        )
        // A value just beyond its limit is not printed as the limit.
        let close = outcome(policy, [Fixtures.evidence([result(0.10000001)])])
        #expect(close.text.contains("is 0.10000001; the limit is max 0.1"))
    }
}

extension String {
    fileprivate func replacingMax(with limit: String) -> String {
        split(separator: "max: 0.1").joined(separator: limit)
    }
}
