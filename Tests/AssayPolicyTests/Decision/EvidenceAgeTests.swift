import AssayPolicy
import AssayTerms
import Testing

/// How old evidence may be: some statement has to be young, and none that fails goes away by waiting.
struct EvidenceAgeTests {
    private static let day: Int64 = 86_400
    private static let now: Int64 = 100 * day

    private static func evidence(_ value: Double, claim: UInt8 = 1, daysAgo: Int64?, _ provenance: Provenance = .recomputed) -> GateFacts.Evidence {
        var evidence = Fixtures.evidence([Fixtures.result("performance.accuracy", value: value)], claim: claim, provenance: provenance)
        evidence.recordedAt = daysAgo.map { now - $0 * day }
        return evidence
    }

    private static func reason(
        _ evidence: [GateFacts.Evidence], check: String = "{id: performance.accuracy, min: 0.8}", extra: String = "fresh-within-days: 30",
        jobs: [Text] = [], baseline: GateFacts.Baseline? = nil
    ) throws -> GateReason {
        var facts = Fixtures.facts(evidence: evidence, baseline: baseline)
        facts.now = now
        facts.jobs = jobs
        let outcome = Fixtures.gate([try Fixtures.policy(check: check, extra: extra)]).decide(facts)
        return try #require(outcome.parts.first?.reasons.first)
    }

    @Test func itCountsBeforeTheDaysAreOver() throws {
        #expect(try Self.reason([Self.evidence(0.9, daysAgo: 29)]).decision == .pass)
        #expect(try Self.reason([Self.evidence(0.9, daysAgo: nil)]).decision == .pass, "computed for this question")
        #expect(try Self.reason([Self.evidence(0.9, daysAgo: -5)]).decision == .pass, "a clock that was put back")
        let stale = try Self.reason([Self.evidence(0.9, daysAgo: 30)])
        #expect(stale.decision == .incomplete && stale.code == .evidenceStale)
        #expect(stale.text.contains("the newest evidence of it is 30 days old, and the policy wants some that is younger than 30 days"))
        #expect(stale.remedy?.contains("assay model promote loan-approval 3 --stage Production --wait") == true)
        #expect(try Self.reason([Self.evidence(0.9, daysAgo: 3_000)], extra: "").decision == .pass, "no policy says how old")
    }

    @Test func theFewerDaysCount() throws {
        let evidence = [Self.evidence(0.9, daysAgo: 12)]
        #expect(try Self.reason(evidence, check: "{id: performance.accuracy, min: 0.8, fresh-within-days: 10}").code == .evidenceStale)
        #expect(try Self.reason(evidence, check: "{id: performance.accuracy, min: 0.8, fresh-within-days: 60}").code == .met)
        #expect(
            try Self.reason(evidence, check: "{id: performance.accuracy, min: 0.8, fresh-within-days: 60}", extra: "fresh-within-days: 11").code
                == .evidenceStale)
        #expect(try Self.reason(evidence, check: "{id: performance.accuracy, min: 0.8, fresh-within-days: 10}", extra: "").code == .evidenceStale)
    }

    @Test func waitingMakesNoFailureGoAway() throws {
        let both = [Self.evidence(0.7, daysAgo: 400), Self.evidence(0.9, claim: 2, daysAgo: 1)]
        #expect(try Self.reason(both).decision == .fail)
        #expect(try Self.reason([Self.evidence(0.7, daysAgo: 400)]).decision == .fail)
        let good = [Self.evidence(0.85, daysAgo: 400), Self.evidence(0.9, claim: 2, daysAgo: 1)]
        #expect(try Self.reason(good).decision == .pass)
    }

    @Test func whatIsBeingComputedAnewIsWaitedFor() throws {
        let reason = try Self.reason([Self.evidence(0.9, daysAgo: 31)], jobs: ["/api/assay/v1/jobs/1"])
        #expect(reason.code == .evidencePending && reason.text.contains("it is being computed anew (/api/assay/v1/jobs/1)"))
    }

    @Test func anEvaluatorIsAskedForItsOwn() throws {
        var old = Self.evidence(0.9, daysAgo: 31, .attested)
        old.evaluator = "lab"
        let reason = try Self.reason([old], extra: "fresh-within-days: 30\naccept: [attested]\nevaluators: [lab]")
        #expect(reason.code == .evidenceStale && reason.remedy?.contains("--push loan-approval/3") == true)
    }

    @Test func theBaselineGrowsOldToo() throws {
        let check = "{id: performance.accuracy, against: production, max-drop: 0.02}"
        func baseline(_ days: Int64) -> GateFacts.Baseline { .init(version: "2", evidence: [Self.evidence(0.9, claim: 9, daysAgo: days)]) }
        #expect(try Self.reason([Self.evidence(0.9, daysAgo: 1)], check: check, baseline: baseline(1)).code == .met)
        let stale = try Self.reason([Self.evidence(0.9, daysAgo: 1)], check: check, baseline: baseline(45))
        #expect(stale.code == .evidenceStale && stale.text.contains("the evidence of the version that holds the place is 45 days old"))
        #expect(try Self.reason([Self.evidence(0.5, daysAgo: 1)], check: check, baseline: baseline(45)).code == .limitBroken)
    }

    @Test func aChildMayOnlyShorten() throws {
        let base = try Fixtures.policy(check: "{id: performance.accuracy, min: 0.8}", extra: "fresh-within-days: 30")
        func child(_ days: String) -> [String] {
            do {
                _ = try PolicyReader.read(
                    Array("assay: policy/v1\nname: c\nversion: 1\nextends: p@1\n\(days)".utf8), catalogue: Fixtures.catalogue, base: base)
                return []
            } catch {
                return error.lines(file: "c")
            }
        }
        #expect(child("").isEmpty && child("fresh-within-days: 7").isEmpty)
        #expect(child("fresh-within-days: 31").first?.contains("evidence younger than 31 days, where it asked") == true)
        #expect(child("checks: [{id: performance.accuracy, min: 0.9, fresh-within-days: 90}]").isEmpty, "the fewer days count anyway")
        let open = try Fixtures.read("assay: policy/v1\nname: p\nversion: 1\nfresh-within-days: 30\napprovals: [{count: 1}]\n")
        let text = "assay: policy/v1\nname: c\nversion: 1\nextends: p@1\nfresh-within-days: 31\n"
        #expect(throws: PolicyProblems.self) { try PolicyReader.read(Array(text.utf8), catalogue: Fixtures.catalogue, base: open) }
    }

    @Test(arguments: ["0", "-1", "1.5", "3651", "soon", "[1]"])
    func daysAreDays(_ days: String) {
        let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nfresh-within-days: \(days)\napprovals: [{count: 1}]\n")
        #expect(problems.count == 1 && problems[0].hasPrefix("4:"), "\(problems)")
    }
}
