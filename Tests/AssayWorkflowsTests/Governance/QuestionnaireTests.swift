import AssayControls
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// An organisation's own questionnaire: published for good, never below the law, eased by two people; and what tiers ask for.
@Suite struct QuestionnaireTests {
    private static func own(_ version: String = "1", _ edits: [(String, String)] = []) -> [UInt8] {
        var text = Questionnaire.shippedText.replacing("name: assay\n", with: "name: bank\n")
            .replacing("version: \"1\"\n", with: "version: \"\(version)\"\n")
        for (right, wrong) in edits { text = text.replacing(right, with: wrong) }
        return Array(text.utf8)
    }

    private static let pets = "  - {id: pets, section: own, kind: yes-no, text: Is it about pets?, effects: {tier: high}}\n"

    private static func answers(_ title: String = "assay 1", _ changes: [Text: Text] = [:], more: String = "") -> [UInt8] {
        var lines = ["assay: answers/v1", "questionnaire: \(title)", "purpose: scores loans", "answers:"]
        for question in Questionnaire.shipped.questions {
            let least = question.words.contains("no") ? "no" : question.words[0]
            lines.append("  \(question.id): \(changes[question.id] ?? least)")
        }
        return Array((lines.map { $0 + "\n" }.joined() + more).utf8)
    }

    private func version(_ house: GovernedHouse) async throws -> ModelVersion {
        try await house.register(house.logModel(gap: "0.05", by: house.otto), by: house.otto)
    }

    @Test func itIsWhatModelsAreClassifiedByFromThenOn() async throws {
        try await GovernedHouse.with { house in
            _ = try await version(house)
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            let source = Self.own("1", [("questions:\n", "questions:\n" + Self.pets)])
            let made = try await house.useCases.publishQuestionnaire(source, by: house.vera)
            #expect(made.waiting == nil && made.published?.number == 1)
            #expect(try await house.useCases.questionnaireInForce().questionnaire.title == "bank 1")
            // The same text again changes nothing; what was classified stands.
            #expect(try await house.useCases.publishQuestionnaire(source, by: house.cleo).published?.number == 1)
            #expect(try await house.house.kinds().filter { $0 == "questionnaire.published" }.count == 1)
            let standing = try #require(try await house.useCases.classifications(ofModel: "loans").first?.record)
            #expect(standing.result?.questionnaire == "assay 1" && standing.number == 1)

            let said = await refusal(.invalidArgument) {
                _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            }
            #expect(said.contains("'bank 1' is asked"))
            let missed = await refusal(.invalidArgument) {
                _ = try await house.useCases.classify(model: "loans", answers: Self.answers("bank 1"), by: house.cleo)
            }
            #expect(missed.contains("pets"))
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers("bank 1", more: "  pets: yes\n"), by: house.cleo)
            let record = try #require(try await house.useCases.classifications(ofModel: "loans").first?.record)
            #expect(record.result?.tier == "high" && record.result?.questionnaire == "bank 1")
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
        }
    }

    @Test func askingForLessTakesTwoPeople() async throws {
        try await GovernedHouse.with { house in
            let source = Self.own("2", [("{moderate: 8, high: 13}", "{moderate: 9, high: 14}")])
            let waiting = try #require(try await house.useCases.publishQuestionnaire(source, by: house.vera).waiting)
            #expect(waiting.verb == .setThreshold && waiting.kind == "questionnaire.publish")
            #expect(try await house.useCases.questionnaireInForce().questionnaire.title == "assay 1")
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.vera) }
            for person in [house.otto, house.adam, .anonymous, .localOperator] {
                _ = await refusal(.notFound) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: person) }
            }
            // What was in force when it was proposed is not any more.
            _ = try await house.useCases.publishQuestionnaire(Self.own("1"), by: house.cleo)
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.cleo) }
            let again = try #require(try await house.useCases.publishQuestionnaire(source, by: house.vera).waiting)
            _ = try await house.useCases.confirmProposal(id: again.id, by: house.cleo)
            let published = try await house.useCases.questionnaires()
            #expect(published.map(\.version) == ["1", "2"] && published.last?.publisherID == house.vera.id)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
        }
    }

    /// Two people who agree do not put an organisation below the law either.
    @Test(arguments: [
        ("effects: {class: prohibited}", "effects: {class: high}", "may add to what Regulation"),
        ("any: [annex-3-1a, annex-3-1b,", "any: [annex-3-1b,", "the rule 'annex-3'"),
        ("brings: [hipaa]", "brings: [hippa]", "'hippa' is no framework"),
        ("brings: [hipaa]", "brings: [eu-ai-act/high]", "'eu-ai-act/high' is no framework"),
        ("{role: executive}", "{role: boss}", "nobody can approve as 'boss'"), ("name: bank\n", "name: assay\n", "under a name of your own"),
        ("as-of: 2026-11-21", "as-of: 2026-13-21", "'as-of' is a day"),
    ])
    func whatMayNotBePublishedIsNot(_ right: String, _ wrong: String, _ words: String) async throws {
        try await GovernedHouse.with { house in
            do {
                _ = try await house.useCases.publishQuestionnaire(Self.own("1", [(right, wrong)]), by: house.vera)
                Issue.record("\(wrong) was published")
            } catch let error as AssayError {
                #expect(error.message.contains(words), "\(error.message)")
            }
            #expect(try await house.useCases.questionnaires().isEmpty)
            #expect(try await house.useCases.proposals(by: house.cleo).isEmpty)
        }
    }

    @Test func whoMayNotPublishDoesNot() async throws {
        try await GovernedHouse.with { house in
            for nobody in [Principal.anonymous, .localOperator, house.adam, house.otto] {
                _ = await refusal(.permissionDenied) { _ = try await house.useCases.publishQuestionnaire(Self.own(), by: nobody) }
            }
            _ = try await house.useCases.publishQuestionnaire(Self.own(), by: house.vera)
            let said = await refusal(.alreadyExists) {
                _ = try await house.useCases.publishQuestionnaire(Self.own("1", [("fewer than 1,000", "few")]), by: house.vera)
            }
            #expect(said.contains("never changes"))
        }
    }

    @Test(arguments: [
        "DELETE FROM questionnaire",
        "DROP TRIGGER questionnaireIsNeverChanged; UPDATE questionnaire SET version = '9'",
        "INSERT INTO questionnaire SELECT 2, 'easy', '1', digest, source, publisherId, publishedTime FROM questionnaire",
    ])
    func whoeverWritesTheTableIsFound(_ sql: String) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await house.useCases.publishQuestionnaire(Self.own(), by: house.vera)
            try house.house.tamper(sql)
            let found = try await house.useCases.compareRecords()?.differences.map(\.object) ?? []
            #expect(found.contains { $0.hasPrefix("questionnaire no.") }, "\(found)")
        }
    }

    /// Text that was changed under its digest lets nothing through.
    @Test func changedTextStopsTheGate() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            let version = try await version(house)
            _ = try await house.useCases.publishQuestionnaire(Self.own(), by: house.vera)
            try house.house.tamper(
                "DROP TRIGGER questionnaireIsNeverChanged; UPDATE questionnaire SET source = CAST(replace(CAST(source AS TEXT), 'high: 13', 'high: 99') AS BLOB)")
            let said = await refusal(.corrupt) { try await house.promote(version, by: house.otto) }
            #expect(said.contains("not what was published"))
        }
    }

    // MARK: - What tiers ask for

    /// Where no policy names the tier, what the tier asks for stands, also beside a policy for everything.
    @Test func tiersAskForWhatNoPolicyNames() async throws {
        try await GovernedHouse.with { house in
            let version = try await version(house)
            try await house.publish()
            func asked() async throws -> String { await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) } }
            #expect(try await !asked().contains("organisation-default"), "unclassified, the policy for everything is enough")
            _ = try await house.useCases.classify(
                model: "loans", answers: Self.answers("assay 1", ["annex-3-5b": "yes"]), by: house.cleo)
            let said = try await asked()
            #expect(said.contains("Policy credit 1") && said.contains("Policy organisation-default-high 1"))
            for role in ["executive", "product", "security", "ethics_committee"] { #expect(said.contains(role), "\(role)") }
            #expect(said.contains("a complete model card is asked for, and it lacks intended_use"))
            // One that names the tier takes its place, and so asks for less than it: two people.
            let naming = GovernedHouse.policy.replacing("name: credit", with: "name: named")
                .replacing("stages: [Production]", with: "tiers: [high], stages: [Production]")
            let waiting = try #require(try await house.governance.publish(Array(naming.utf8), by: house.petra).waiting)
            #expect(try await asked().contains("organisation-default-high"))
            _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.cleo)
            #expect(try await !asked().contains("organisation-default"))
        }
    }

    @Test func aLowTierStaysPainless() async throws {
        try await GovernedHouse.with { house in
            let version = try await version(house)
            try await house.publish(GovernedHouse.policy.replacing("loan*", with: "other*"))
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            let said = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(said.contains("organisation-default-low") && !said.contains("card"))
            try await house.approve(house.openRequest(), by: house.vera)
            try await house.promote(version, by: house.otto)
            let placement = try #require(try await house.house.store.read { try $0.placements(versionID: version.id) }.first)
            #expect(String(decoding: placement.detail, as: UTF8.self).contains(#""revalidate_by":"2"#))
            let found = try await house.governance.coverage(
                model: "loans", version: 1, framework: "hipaa", asOf: nil, roles: [], classes: []
            ).coverage
            let parts = try #require(found.findings.first { $0.control.id == "hipaa/evaluation" }).parts
            #expect(parts.first { $0.code == "revalidation_schedule" }?.proofs.count == 1)
        }
    }
}
