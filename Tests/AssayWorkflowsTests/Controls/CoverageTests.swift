import AssayControls
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What a house's own records and evidence cover, read as the gate reads them.
@Suite struct CoverageTests {
    private func coverage(
        _ house: GovernedHouse, _ version: ModelVersion, of framework: Text = "eu-ai-act", asOf: Text = "2027-12-02", roles: [Text] = [],
        classes: [Text] = []
    ) async throws -> ControlCoverage {
        try await house.governance.coverage(
            model: version.modelName, version: Int(version.number), framework: framework, asOf: CalendarDate(asOf), roles: roles,
            classes: classes
        ).coverage
    }

    private func part(_ coverage: ControlCoverage, _ control: Text, _ code: Text) throws -> ControlFinding.Part {
        let finding = try #require(coverage.findings.first { $0.control.id == control })
        return try #require(finding.parts.first { $0.code == code })
    }

    @Test func evidenceAndRecordsAppearAsTheyAreMade() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            var found = try await coverage(house, version, of: "iso-42001")
            #expect(try part(found, "iso-42001/a-5-4", "fairness_report").lack == "none about this version")
            #expect(try part(found, "iso-42001/a-6-1-3", "gate_result").proofs.isEmpty)
            try await house.carryThrough(version, by: house.otto)
            found = try await coverage(house, version, of: "iso-42001")
            #expect(try part(found, "iso-42001/a-5-4", "fairness_report").proofs.count == 1)
            #expect(found.findings.first { $0.control.id == "iso-42001/a-6-1-3" }?.state == .evidence, "its one code is a gate's result")
            #expect(try part(found, "iso-42001/a-6-2-5", "approval_record").proofs.count == 2)
            #expect(found.findings.first { $0.control.id == "iso-42001/a-6-2-5" }?.state == .missing, "a person signs for the rest")
            let bank = try await coverage(house, version, of: "soc2")
            #expect(try part(bank, "soc2/cc6-3", "sod_check").proofs.count == 2)
            #expect(try part(bank, "soc2/cc6-8", "artifact_signature").proofs.count == 1)
            #expect(try !part(bank, "soc2/cc8-1", "change_record").proofs.isEmpty)
        }
    }

    @Test func evidenceThatBreaksThePolicyCoversNothing() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.3", by: house.otto), by: house.otto)
            try await house.work()
            let found = try await part(coverage(house, version), "eu-ai-act/art-10-2", "fairness_report")
            #expect(found.proofs.isEmpty)
            #expect(found.lack == "there is evidence, and a policy in force is not met by it: \(GovernedHouse.check.id)")
        }
    }

    /// Somebody with the database alone cannot add evidence: what does not verify is not there.
    @Test func evidenceWithoutOurSignatureCoversNothing() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            let record = try #require(
                try await house.governance.evidence(model: "loans", version: Int(version.number)).evidence.first)
            let forged = Array(#"{"payload": "", "payloadType": "", "signatures": []}"#.utf8)
            try await house.house.store.write {
                try $0.resignEvidence(id: record.id, envelope: forged, keyID: record.keyID, recorded: record.recordedMilliseconds)
            }
            let found = try await part(coverage(house, version), "eu-ai-act/art-10-2", "fairness_report")
            #expect(found.proofs.isEmpty && found.lack == "none about this version")
        }
    }

    /// An approval of other files, or of a version that its approver made, shows no separated duties.
    @Test func anAuthorsApprovalSeparatesNothing() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(GovernedHouse.policy.replacing("approvals:", with: "separation-of-duties: false\napprovals:"))
            let version = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.ana)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.ana) }
            try await house.approve(house.openRequest(), by: house.ana)
            let found = try await coverage(house, version, of: "soc2")
            #expect(try part(found, "soc2/cc6-3", "sod_check").proofs.isEmpty)
            #expect(try part(found, "soc2/cc8-1", "approval_record").proofs.count == 1)
        }
    }

    @Test func unknownWordsAreRefused() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let questions: [(code: AssayError.Code, framework: Text, role: Text, kind: Text, version: Int, word: String)] = [
                (.notFound, "eu-ai-acts", "provider", "gpai", 1, "eu-ai-act, fcra"),
                (.invalidArgument, "gdpr", "boss", "gpai", 1, "provider"),
                (.invalidArgument, "gdpr", "provider", "tall", 1, "high-annex-i"), (.notFound, "gdpr", "provider", "gpai", 9, "version=9"),
            ]
            for question in questions {
                do {
                    _ = try await house.governance.coverage(
                        model: version.modelName, version: question.version, framework: question.framework, asOf: nil,
                        roles: [question.role], classes: [question.kind])
                    Issue.record("\(question.framework), \(question.role), \(question.kind) were taken")
                } catch let error as AssayError {
                    #expect(error.code == question.code && error.message.contains(question.word), "\(error.message)")
                }
            }
        }
    }

    // MARK: - What applies

    private static func answers(_ changes: [Text: Text]) -> [UInt8] {
        var lines = ["assay: answers/v1", "questionnaire: assay 1", "purpose: scores loans", "answers:"]
        for question in Questionnaire.shipped.questions {
            let least = question.words.contains("no") ? "no" : question.words[0]
            lines.append("  \(question.id): \(changes[question.id] ?? least)")
        }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    @Test func theClassificationSaysWhatApplies() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            var found = try await coverage(house, version, of: "hipaa")
            #expect(found.basis == nil && found.count(.notApplicable) == 0, "unclassified, everything applies")
            _ = try await house.useCases.classify(
                model: "loans", answers: Self.answers(["places": "eu", "annex-3-5b": "yes", "art-50-1": "unsure"]), by: house.cleo)
            found = try await coverage(house, version, of: "hipaa")
            #expect(found.basis == "classification 1 by the questionnaire assay 1")
            #expect(found.findings.allSatisfy { $0.state == .notApplicable })
            let act = try await coverage(house, version)
            func state(_ id: Text) -> ControlFinding.State? { act.findings.first { $0.control.id == id }?.state }
            #expect(state("eu-ai-act/art-9") == .missing, "a listed use")
            #expect(state("eu-ai-act/art-50-1") == .uncertain, "nobody is sure that people talk to it")
            #expect(state("eu-ai-act/art-53") == .notApplicable, "it is no general-purpose model")
            #expect(state("eu-ai-act/art-6-3") == .notApplicable, "no exception is claimed")
            #expect(try part(act, "eu-ai-act/art-5-1-c", "prohibited_screen").proofs.count == 1)
            // Before its day it is not asked for, whatever the class.
            let early = try await coverage(house, version, asOf: "2027-12-01")
            #expect(early.findings.first { $0.control.id == "eu-ai-act/art-9" }?.state == .notYetInForce)
            // Nothing was asked about standards that are taken up freely.
            #expect(try await coverage(house, version, of: "iso-42001").count(.notApplicable) == 0)
            // What somebody says of the class goes first.
            let asked = try await coverage(house, version, classes: ["gpai"])
            #expect(asked.findings.first { $0.control.id == "eu-ai-act/art-9" }?.state == .notApplicable)

            // Another purpose leaves nothing of it standing.
            _ = try await house.useCases.changePurpose(ofModel: "loans", to: "hires people", by: house.otto)
            found = try await coverage(house, version, of: "hipaa")
            #expect(found.basis == nil && found.count(.notApplicable) == 0)
            #expect(try await part(coverage(house, version), "eu-ai-act/art-5-1-c", "prohibited_screen").proofs.isEmpty)
        }
    }

    @Test func placesThatAreOpenLeaveItOpen() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers(["fields": "unsure"]), by: house.cleo)
            let found = try await coverage(house, version, of: "hipaa")
            #expect(found.findings.allSatisfy { $0.state == .uncertain })
        }
    }

    // MARK: - What people sign for

    /// Records of the dossier: the organisation's and the model's own, while they are in force.
    @Test func recordsOfTheDossierAreTold() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            func training() async throws -> ControlFinding.Part {
                try part(await coverage(house, version, of: "hipaa"), "hipaa/training", "training_record")
            }
            #expect(try await training().proofs.isEmpty)
            _ = try await house.register(house.logModel(gap: "0.05", by: house.otto), as: "other", by: house.otto)
            _ = try await house.governance.signRecord(
                type: "training", about: PaperAddress(model: "other"), ["title": "Course"], by: house.vera)
            #expect(try await training().proofs.isEmpty, "another model's says nothing of this one")
            let signed = try await house.governance.signRecord(
                type: "training", about: PaperAddress(), ["title": "Course of everybody"], by: house.vera)
            #expect(try await training().proofs.count == 1)
            _ = try await house.governance.withdrawRecord(id: signed.record.id, reason: "held by nobody", by: house.vera)
            #expect(try await training().proofs.isEmpty)
        }
    }

    /// A control is covered once somebody signs its sentence too, and no longer than the record stands.
    @Test func aControlsSentenceIsSignedByARecord() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            func validation() async throws -> ControlFinding {
                let found = try await coverage(house, version, of: "ecoa")
                return try #require(found.findings.first { $0.control.id == "ecoa/ed-dss" })
            }
            let opinion = try await house.governance.signRecord(
                type: "validation", about: PaperAddress(model: "loans"), ["title": "Sound"], by: house.vera)
            #expect(try await validation().state == .missing, "nobody signs that it is sound")
            let signed = try await house.governance.signRecord(
                type: "attestation", about: PaperAddress(model: "loans"), ["title": "It is sound", "controls": ["ecoa/ed-dss"]], by: house.vera)
            #expect(try await validation().state == .attestation)
            _ = try await house.governance.withdrawRecord(id: signed.record.id, reason: "not any more", by: house.vera)
            #expect(try await validation().state == .missing)
            // One record can do both.
            _ = try await house.governance.signRecord(
                type: "validation", about: PaperAddress(model: "loans"),
                ["title": "Sound", "supersedes": .string(opinion.record.id), "controls": ["ecoa/ed-dss"]], by: house.vera)
            #expect(try await validation().state == .attestation)
        }
    }

    /// Whoever makes a version cannot say of everything in the organisation what they may not say of it.
    @Test func anAuthorsOpinionOnEverythingSpeaksForNothingOfTheirs() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.ana)
            func opinions() async throws -> Int {
                try part(await coverage(house, version, of: "ecoa"), "ecoa/ed-dss", "validation_report").proofs.count
            }
            _ = try await house.governance.signRecord(type: "validation", about: PaperAddress(), ["title": "All is sound"], by: house.ana)
            #expect(try await opinions() == 0)
            _ = try await house.governance.signRecord(type: "validation", about: PaperAddress(), ["title": "All is sound"], by: house.vera)
            #expect(try await opinions() == 1)
        }
    }

    @Test func risksAndIncidentsOfTheModelAreOnRecord() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            func shown(_ code: Text) async throws -> Int {
                let control: Text = code == "risk_register" ? "hipaa/risk-analysis" : "hipaa/incident"
                return try part(await coverage(house, version, of: "hipaa"), control, code).proofs.count
            }
            #expect(try await shown("risk_register") == 0)
            #expect(try await shown("incident_record") == 0)
            _ = try await house.governance.addRisk(
                about: PaperAddress(model: "loans"),
                [
                    "title": "Drift", "category": "accuracy", "likelihood": 1, "impact": 1, "appetite": 6, "treatment": "reduce",
                    "owner": "otto", "review": "2027-06-01",
                ], by: house.otto)
            #expect(try await shown("risk_register") == 1)
            _ = try await house.governance.openIncident(
                about: PaperAddress(model: "loans"),
                ["title": "Leak", "severity": "low", "aware": "2026-01-01T10:00:00Z", "owner": "vera"], by: house.vera)
            #expect(try await shown("incident_record") == 1)
        }
    }

    private struct Signed: AttestedEvidence {
        func attestations(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [ControlFacts.Attestation] {
            guard let from = CalendarDate("2026-01-01"), let until = CalendarDate("2028-01-01") else { return [] }
            return [.init(about: .code("training_record"), signer: "vera", from: from, until: until, link: "/records/1")]
        }
    }

    @Test func recordsThatPeopleSignedAreTold() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            var governance = house.governance
            governance.attestedEvidence = [Signed()]
            func training(_ day: Text) async throws -> ControlFinding.Part {
                let found = try await governance.coverage(
                    model: "loans", version: Int(version.number), framework: "hipaa", asOf: CalendarDate(day), roles: [], classes: []
                ).coverage
                return try part(found, "hipaa/training", "training_record")
            }
            #expect(try await training("2027-12-02").proofs.count == 1)
            #expect(try await training("2028-01-01").lack == "what was signed does not count on 2028-01-01")
            governance.attestedEvidence = []
            #expect(try await part(coverage(house, version, of: "hipaa"), "hipaa/training", "training_record").proofs.isEmpty)
        }
    }
}
