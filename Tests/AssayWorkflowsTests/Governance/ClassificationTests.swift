import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What a model is used for decides which policies it meets, and nobody eases that alone.
@Suite struct ClassificationTests {
    private static let strict = """
        assay: policy/v1
        name: strict
        version: "1"
        applies-to: {models: ["*"], tiers: [high], stages: [Production]}
        approvals: [{role: validator}, {role: compliance}]
        """
    private static let standard = """
        assay: policy/v1
        name: standard
        version: "1"
        applies-to: {models: ["*"], tiers: [low], stages: [Production]}
        approvals: [{role: validator}]
        """

    /// Everything answered so that least is asked for, but for `changes`.
    private static func answers(_ changes: [Text: Text] = [:], purpose: String = "scores loans") -> [UInt8] {
        var lines = ["assay: answers/v1", "questionnaire: assay 1", "purpose: \(purpose)", "answers:"]
        for question in Questionnaire.shipped.questions {
            let least = question.words.contains("no") ? "no" : question.words[0]
            lines.append("  \(question.id): \(changes[question.id] ?? least)")
        }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static let high = answers(["annex-3-5b": "yes"])
    private static let prohibited = answers(["art-5-1-c": "yes"])

    private func version(_ house: GovernedHouse, as name: Text = "loans") async throws -> ModelVersion {
        try await house.register(house.logModel(gap: "0.05", by: house.otto), as: name, by: house.otto)
    }

    private func gateTier(_ house: GovernedHouse, _ model: Text = "loans") async throws -> Tier? {
        try await house.useCases.classifications(ofModel: model).first.flatMap { try $0.record.gateTier() }
    }

    /// The policies that a refusal names.
    private func asked(_ house: GovernedHouse, _ version: ModelVersion) async throws -> [String] {
        let said = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
        return ["strict", "standard"].filter { said.contains("\($0) 1") }
    }

    @Test func theTierDecidesWhichPoliciesAreMet() async throws {
        try await GovernedHouse.with { house in
            for text in [Self.strict, Self.standard] { try await house.publish(text) }
            let version = try await version(house)
            #expect(try await asked(house, version) == ["strict", "standard"])
            let said = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(said.contains("loans is not classified") && said.contains("assay model classify loans"))

            let made = try await house.useCases.classify(model: "loans", answers: Self.high, by: house.cleo)
            #expect(made.waiting == nil && made.standing?.number == 1)
            #expect(try await asked(house, version) == ["strict"])
            #expect(try await house.house.kinds().filter { $0 == "model.classified" }.count == 1)
            // The same answers again are the same classification.
            #expect(try await house.useCases.classify(model: "loans", answers: Self.high, by: house.vera).standing?.number == 1)
            #expect(try await house.house.kinds().filter { $0 == "model.classified" }.count == 1)

            let request = try await house.openRequest()
            try await house.approve(request, by: house.vera, house.cleo)
            // Of a high tier the risk evaluation is asked for, whether the policy says so or not.
            let open = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(open.contains("there is no risk evaluation of the model"))
            try await house.fillRiskEvaluation()
            _ = try await house.governance.addRisk(
                about: PaperAddress(model: "loans"),
                [
                    "title": "Drift", "category": "accuracy", "likelihood": 1, "impact": 1, "appetite": 6, "treatment": "reduce",
                    "owner": "otto", "review": "2027-06-01",
                ], by: house.otto)
            try await house.signRiskEvaluation(.compliance, by: house.cleo)
            try await house.signRiskEvaluation(.business, by: house.vera)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func easingTakesTwoPeople() async throws {
        try await GovernedHouse.with { house in
            for text in [Self.strict, Self.standard] { try await house.publish(text) }
            let version = try await version(house)
            _ = try await house.useCases.classify(model: "loans", answers: Self.high, by: house.cleo)
            let waiting = try #require(try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo).waiting)
            #expect(waiting.verb == .classifyModel && waiting.kind == "model.classify")
            #expect(try await gateTier(house) == .high)
            #expect(try await asked(house, version) == ["strict"])
            // Neither the one who asked, nor somebody who may not, nor somebody who made a version.
            _ = await refusal(.permissionDenied) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.cleo) }
            for person in [house.otto, house.adam, .anonymous, .localOperator] {
                _ = await refusal(.notFound) { _ = try await house.useCases.confirmProposal(id: waiting.id, by: person) }
            }
            _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.vera)
            #expect(try await gateTier(house) == .low)
            #expect(try await asked(house, version) == ["standard"])
            let view = try #require(try await house.useCases.classifications(ofModel: "loans").first)
            #expect(view.authorName == "cleo" && view.record.number == 2)
            // Stricter acts at once again.
            #expect(try await house.useCases.classify(model: "loans", answers: Self.high, by: house.vera).waiting == nil)
            #expect(try await gateTier(house) == .high)
        }
    }

    @Test func whoMadeItOnlyProposes() async throws {
        try await GovernedHouse.with { house in
            _ = try await version(house)
            let proposed = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.otto)
            let waiting = try #require(proposed.waiting)
            #expect(proposed.standing == nil)
            _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.vera)
            #expect(try await gateTier(house) == .low)

            // Somebody who may classify and has made a version: a second person too, and confirms none of these.
            _ = try await house.register(house.logModel(gap: "0.05", by: house.ana), as: "fraud", by: house.ana)
            let own = try #require(try await house.useCases.classify(model: "fraud", answers: Self.answers(), by: house.ana).waiting)
            let other = try #require(try await house.useCases.classify(model: "fraud", answers: Self.high, by: house.otto).waiting)
            let said = await refusal(.permissionDenied) { _ = try await house.useCases.confirmProposal(id: other.id, by: house.ana) }
            #expect(said.contains("has made versions of fraud"))
            _ = try await house.useCases.confirmProposal(id: own.id, by: house.cleo)
            // Nor does anybody classify first what they make afterwards.
            _ = try await house.useCases.createRegisteredModel(named: "empty", tags: [], description: nil, by: house.ana)
            #expect(try await house.useCases.classify(model: "empty", answers: Self.answers(), by: house.ana).waiting != nil)
            // The other was about a model that nobody had classified.
            _ = await refusal(.conflict) { _ = try await house.useCases.confirmProposal(id: other.id, by: house.cleo) }
            for nobody in [Principal.anonymous, .localOperator, house.adam] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.useCases.classify(model: "fraud", answers: Self.high, by: nobody)
                }
            }
        }
    }

    /// Whatever was approved, and even where no policy is published.
    @Test(arguments: [true, false])
    func aProhibitedUseIsStopped(_ hasPolicies: Bool) async throws {
        try await GovernedHouse.with { house in
            let version = try await version(house)
            if !hasPolicies { try await house.promote(version, by: house.otto) }
            _ = try await house.useCases.classify(model: "loans", answers: Self.prohibited, by: house.cleo)
            if hasPolicies {
                try await house.publish(Self.standard)
                _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
                try await house.approve(house.openRequest(), by: house.vera)
            } else {
                // Out of use it goes.
                _ = try await house.useCases.moveVersion(
                    1, ofModelNamed: "loans", to: .archived, archivingOthers: false, by: house.otto)
            }
            let said = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(said.contains("prohibited use"), "\(said)")
            // Another purpose makes it no less so, and neither does copying.
            _ = try await house.useCases.changePurpose(ofModel: "loans", to: "ranks films", by: house.otto)
            #expect(try await gateTier(house) == .prohibited)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let copy = try await house.copy(version, to: "films", by: house.otto)
            _ = try await house.useCases.classify(model: "films", answers: Self.answers(), by: house.cleo)
            let copied = await refusal(.permissionDenied) { try await house.promote(copy, by: house.otto) }
            #expect(copied.contains("prohibited use"), "\(copied)")
        }
    }

    @Test func nobodyLiftsAProhibitionAlone() async throws {
        try await GovernedHouse.with { house in
            _ = try await version(house)
            _ = try await house.useCases.classify(model: "loans", answers: Self.prohibited, by: house.cleo)
            for name in ["vera", "petra", "ana"] as [Text] {
                _ = try await house.useCases.disableUser(named: name, by: house.adam)
            }
            let said = await refusal(.conflict) {
                _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            }
            #expect(said.contains("two people"))
            #expect(try await gateTier(house) == .prohibited)
        }
    }

    @Test func anotherPurposeReopens() async throws {
        try await GovernedHouse.with { house in
            for text in [Self.strict, Self.standard] { try await house.publish(text) }
            let version = try await version(house)
            _ = await refusal(.conflict) { _ = try await house.useCases.changePurpose(ofModel: "loans", to: "x", by: house.otto) }
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            #expect(try await asked(house, version) == ["standard"])
            let same = try await house.useCases.changePurpose(ofModel: "loans", to: "scores loans", by: house.otto)
            #expect(same.standing?.number == 1)
            let changed = try await house.useCases.changePurpose(ofModel: "loans", to: "hires people", by: house.otto)
            #expect(changed.standing?.number == 2 && changed.standing?.result == nil)
            #expect(try await gateTier(house) == nil)
            #expect(try await asked(house, version) == ["strict", "standard"])
            #expect(try await house.house.kinds().contains("model.purpose-changed"))
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.changePurpose(ofModel: "loans", to: "y", by: .anonymous)
            }
        }
    }

    @Test func aRenamedModelKeepsItsTierAndACopyHasNone() async throws {
        try await GovernedHouse.with { house in
            let version = try await version(house)
            _ = try await house.useCases.classify(model: "loans", answers: Self.answers(), by: house.cleo)
            for text in [Self.strict, Self.standard] { try await house.publish(text) }
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "credit", by: house.otto)
            #expect(try await gateTier(house, "credit") == .low)
            let renamed = try #require(try await house.house.store.read { try $0.modelVersion(id: version.id) })
            #expect(try await asked(house, renamed) == ["standard"])
            let copy = try await house.copy(renamed, to: "elsewhere", by: house.otto)
            #expect(try await asked(house, copy) == ["strict", "standard"])
            // The stricter of what the same files are classified as under any name.
            _ = try await house.useCases.classify(model: "credit", answers: Self.high, by: house.vera)
            _ = try await house.useCases.classify(model: "elsewhere", answers: Self.answers(), by: house.vera)
            #expect(try await asked(house, copy) == ["strict"])
        }
    }

    @Test func answersThatAreMissingOrWrongAreNamed() async throws {
        try await GovernedHouse.with { house in
            _ = try await version(house)
            let text = String(decoding: Self.high, as: UTF8.self)
            let short = text.replacing("  profiling: no\n", with: "")
            var said = await refusal(.invalidArgument) {
                _ = try await house.useCases.classify(model: "loans", answers: Array(short.utf8), by: house.cleo)
            }
            #expect(said.contains("1 question is not answered: profiling"))
            said = await refusal(.invalidArgument) {
                _ = try await house.useCases.classify(
                    model: "loans", answers: Array(text.replacing("assay 1", with: "easy 1").utf8), by: house.cleo)
            }
            #expect(said.contains("'easy 1'"))
            #expect(try await house.useCases.classifications(ofModel: "loans").isEmpty)
        }
    }

    /// A row that was changed, added or taken away is found against the log.
    @Test(arguments: [
        "DELETE FROM classification",
        "DROP TRIGGER classificationIsNeverChanged; UPDATE classification SET tier = 'low', euClass = 'minimal', heldTier = 'low'",
        "INSERT INTO classification SELECT modelId, 2, 'minimal', 'low', questionnaire, questionnaireDigest, 'low', content, authorId, recordedTime FROM classification",
    ])
    func whoeverWritesTheTableIsFound(_ sql: String) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await version(house)
            _ = try await house.useCases.classify(model: "loans", answers: Self.high, by: house.cleo)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
            try house.house.tamper(sql)
            let found = try await house.useCases.compareRecords()?.differences.map(\.object) ?? []
            #expect(found.contains { $0.hasPrefix("classification ") }, "\(found)")
        }
    }
}
