import AssayPolicy
import AssayTerms
import Testing

/// What stands on record about a version, held against a policy.
struct DossierJudgeTests {
    private static let now: Int64 = 1_000_000

    private static func finding(
        _ id: Text, _ severity: Severity, dueAt: Int64 = now + 86_400
    ) -> DossierFacts.Finding {
        DossierFacts.Finding(id: id, title: "leak", severity: severity, dueAt: dueAt, due: "that day", owner: "ana")
    }

    private static func policy(_ extra: String = "") throws -> Policy {
        try Fixtures.policy(check: "{id: performance.accuracy, min: 0.7}", extra: extra)
    }

    private static func outcome(_ policy: Policy, accuracy: Double = 0.8, _ edit: (inout GateFacts) -> Void) -> GateOutcome {
        var facts = Fixtures.facts(evidence: [Fixtures.evidence([Fixtures.result("performance.accuracy", value: accuracy)])])
        edit(&facts)
        return Fixtures.gate([policy]).decide(facts)
    }

    // MARK: - Findings and risks

    @Test func aFindingBlocksByItsSeverityOrItsDate() throws {
        let standard = try Self.policy()
        let strict = try Self.policy("blocking-findings: [high, medium]")
        #expect(strict.blockingFindings == [.medium, .high, .critical])
        for (severity, dueAt, plain, named) in [
            (Severity.critical, Self.now + 1, Decision.fail, Decision.fail), (.high, Self.now + 1, .pass, .fail),
            (.medium, Self.now + 1, .pass, .fail), (.low, Self.now + 1, .pass, .pass), (.low, Self.now, .fail, .fail),
            (.high, Self.now - 1, .fail, .fail),
        ] {
            for (policy, wanted) in [(standard, plain), (strict, named)] {
                let outcome = Self.outcome(policy) { $0.dossier.findings = [Self.finding("f1", severity, dueAt: dueAt)] }
                #expect(outcome.decision == wanted, "\(severity) \(dueAt) \(policy.blockingFindings)")
                #expect(outcome.unmet.allSatisfy { $0.code == .findingOpen && $0.text.contains("'leak' (\(severity.rawValue), f1)") })
            }
        }
    }

    @Test func nothingOnRecordHoldsUpALeaving() throws {
        let policy = try Self.policy("records: [risk-evaluation]")
        let outcome = Self.outcome(policy) {
            $0.action = "delete"
            $0.dossier.findings = [Self.finding("f1", .critical)]
        }
        #expect(outcome.decision == .pass)
    }

    @Test func aRiskAboveItsAppetiteBlocks() throws {
        let risk = DossierFacts.Risk(id: "r1", title: "drift", residual: 12, appetite: 6)
        let outcome = Self.outcome(try Self.policy()) { $0.dossier.risks = [risk] }
        #expect(outcome.decision == .fail && outcome.unmet.map(\.code) == [.riskAboveAppetite])
        #expect(outcome.unmet[0].text.contains("left at 12, above its appetite of 6"))
    }

    // MARK: - What has to be there

    @Test func theGateNamesTheSectionsThatAreOpen() throws {
        let policy = try Self.policy("records: [risk-evaluation]")
        let none = Self.outcome(policy) { _ in }
        #expect(none.decision == .incomplete && none.unmet.map(\.text) == ["there is no risk evaluation of the model"])
        let some = Self.outcome(policy) { $0.dossier.openSections = ["scores", "monitoring"] }
        #expect(some.decision == .incomplete)
        #expect(some.unmet.map(\.text) == ["the risk evaluation lacks 2 of its sections: scores, monitoring"])
        #expect(some.unmet[0].remedy?.contains("assay risk evaluate loan-approval scores") == true)
        #expect(Self.outcome(policy) { $0.dossier.openSections = [] }.decision == .pass)
    }

    @Test func aHighTierAsksForTheRiskEvaluationByItself() throws {
        let policy = try Self.policy()
        for (tier, wanted) in [(Tier?.none, Decision.pass), (.low, .pass), (.moderate, .pass), (.high, .incomplete)] {
            #expect(Self.outcome(policy) { $0.tier = tier }.decision == wanted)
        }
        let once = Self.outcome(try Self.policy("records: [risk-evaluation]")) { $0.tier = .high }
        #expect(once.unmet.map(\.code) == [.evaluationIncomplete])
    }

    @Test func aRecordHasToBeInForce() throws {
        let policy = try Self.policy("records: [training_record, notice_record]")
        let outcome = Self.outcome(policy) { $0.dossier.records = ["training_record"] }
        #expect(outcome.decision == .incomplete && outcome.unmet.map(\.requirement) == ["notice_record"])
        #expect(outcome.unmet[0].remedy?.contains("assay record add notice --title … --model loan-approval") == true)
        #expect(Self.outcome(policy) { $0.dossier.records = ["training_record", "notice_record"] }.decision == .pass)
        let unknown = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nrecords: [traning_record]\n")
        #expect(unknown.count == 1 && unknown[0].contains("training_record"), "\(unknown)")
    }

    // MARK: - Waivers

    private static func waiver(_ policy: Policy, _ edit: (inout DossierFacts.Waiver) -> Void = { _ in }) -> DossierFacts.Waiver {
        var waiver = DossierFacts.Waiver(
            id: "w1", policy: policy.digest, check: 1, manifest: Fixtures.manifest, grantedAt: now - 10, expiresAt: now + 86_400,
            expires: "tomorrow", signers: ["vera", "carl"], names: ["Vera", "Carl"], roles: [["validator"], ["compliance"]],
            reason: "a new release is due")
        edit(&waiver)
        return waiver
    }

    @Test func aWaiverStandsForOneCheckAndIsShown() throws {
        let policy = try Self.policy()
        let outcome = Self.outcome(policy, accuracy: 0.5) { $0.dossier.waivers = [Self.waiver(policy)] }
        #expect(outcome.decision == .waived && outcome.parts[0].reasons[0].code == .limitBroken)
        #expect(outcome.parts[0].reasons[0].text.hasSuffix("; waived until tomorrow by Vera and Carl: a new release is due (w1)"))
        // Missing evidence is waived as well; evidence that is on its way is waited for.
        let missing = Self.outcome(policy) {
            $0.evidence = []
            $0.dossier.waivers = [Self.waiver(policy)]
        }
        #expect(missing.decision == .waived)
        let pending = Self.outcome(policy) {
            $0.evidence = []
            $0.jobs = ["/jobs/1"]
            $0.dossier.waivers = [Self.waiver(policy)]
        }
        #expect(pending.decision == .incomplete)
        // A check that is met is met, waiver or not.
        #expect(Self.outcome(policy) { $0.dossier.waivers = [Self.waiver(policy)] }.decision == .pass)
    }

    /// Each of these would let somebody around the gate.
    @Test func aWaiverThatIsNotExactlyRightCountsForNothing() throws {
        let policy = try Self.policy()
        let edits: [(inout DossierFacts.Waiver) -> Void] = [
            { $0.policy = Fixtures.digest(7) }, { $0.check = 2 }, { $0.check = 0 }, { $0.manifest = Fixtures.digest(7) },
            { $0.expiresAt = Self.now }, { $0.grantedAt = Self.now + 1 }, { $0.signers = ["vera", "vera"] }, { $0.signers = ["vera"] },
            { $0.signers = ["author", "carl"] }, { $0.signers = ["vera", "author"] }, { $0.signers = ["petra", "carl"] },
            { $0.roles = [["validator"], []] }, { $0.roles = [["validator"]] }, { $0.expiresAt = $0.grantedAt + 61 * 86_400 },
        ]
        for (index, edit) in edits.enumerated() {
            let outcome = Self.outcome(policy, accuracy: 0.5) {
                $0.publishers = ["p": "petra"]
                $0.dossier.waivers = [Self.waiver(policy, edit)]
            }
            #expect(outcome.decision == .fail, "edit \(index)")
        }
    }

    @Test func aWaiverGoesAsFarAsItsTier() throws {
        let policy = try Self.policy("records: []")
        func decision(_ tier: Tier?, days: Int64, roles: [Set<Text>]) -> Decision {
            Self.outcome(policy, accuracy: 0.5) {
                $0.tier = tier
                $0.dossier.openSections = []
                $0.dossier.waivers = [
                    Self.waiver(policy) {
                        $0.expiresAt = $0.grantedAt + days * 86_400
                        $0.roles = roles
                    }
                ]
            }.decision
        }
        let plain: [Set<Text>] = [["validator"], ["compliance"]]
        let high: [Set<Text>] = [["executive"], ["validator", "compliance"]]
        #expect(decision(.low, days: 90, roles: plain) == .waived && decision(.low, days: 91, roles: plain) == .fail)
        #expect(decision(.moderate, days: 60, roles: plain) == .waived && decision(.moderate, days: 61, roles: plain) == .fail)
        #expect(decision(nil, days: 60, roles: plain) == .waived && decision(nil, days: 61, roles: plain) == .fail)
        #expect(decision(.high, days: 30, roles: high) == .waived && decision(.high, days: 31, roles: high) == .fail)
        #expect(decision(.high, days: 30, roles: plain) == .fail)
        #expect(decision(.high, days: 30, roles: [["executive"], ["executive"]]) == .fail)
        // What is prohibited is waived by nobody, for no time.
        #expect(decision(.prohibited, days: 1, roles: high) == .fail)
    }

    @Test func whatThePolicyHoldsFastIsNotWaived() throws {
        let policy = try Fixtures.policy(check: "{id: performance.accuracy, min: 0.7, waivable: false}")
        let outcome = Self.outcome(policy, accuracy: 0.5) { $0.dossier.waivers = [Self.waiver(policy)] }
        #expect(outcome.decision == .fail)
        // Nor are approvals, findings or records.
        let other = try Self.policy("approvals: [{role: validator}]\nrecords: [training_record]")
        let rest = Self.outcome(other, accuracy: 0.5) {
            $0.dossier.waivers = [Self.waiver(other)]
            $0.dossier.findings = [Self.finding("f", .critical)]
        }
        #expect(rest.unmet.map(\.code) == [.findingOpen, .recordMissing, .approvalMissing])
    }

    // MARK: - Writing

    @Test func whatIsWrittenIsReadBack() throws {
        let policy = try Fixtures.policy(
            check: "{id: performance.accuracy, min: 0.7, waivable: false}",
            extra: "records: [training_record, risk-evaluation]\nblocking-findings: [high]")
        let again = try PolicyReader.read(policy.canonicalText, catalogue: nil)
        #expect(again == policy && !again.checks[0].isWaivable && again.records == ["risk-evaluation", "training_record"])
        // Policies that say nothing of it keep the digests they had.
        let plain = String(decoding: try Self.policy().canonicalText, as: UTF8.self)
        for key in ["records", "blocking-findings", "waivable"] { #expect(!plain.contains(key)) }
    }
}
