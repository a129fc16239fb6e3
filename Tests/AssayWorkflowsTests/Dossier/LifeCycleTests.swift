import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Validations that come due, holds that stop deletion, and models that retire.
@Suite struct LifeCycleTests {
    private static let day: Int64 = 86_400_000
    private static let policy = """
        assay: policy/v1
        name: credit
        version: "1"
        applies-to: {models: ["loan*"], stages: [Production], aliases: [champion]}
        approvals: [{role: validator}]
        """

    private func withVersion(_ body: (GovernedHouse, ModelVersion) async throws -> Void) async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await body(house, version)
        }
    }

    // MARK: - Validation

    private func reasons(_ house: GovernedHouse, at moment: Int64? = nil) async throws -> [String] {
        try await house.governance.validationStandings(ofModel: "loans", at: moment ?? house.house.now)[0].reasons
    }

    @Test func aValidationHoldsForItsPeriodAndATriggerEndsIt() async throws {
        try await withVersion { house, version in
            // Nobody says a model that was never validated is overdue; a policy can ask for the record.
            #expect(try await reasons(house) == [])
            func validate(_ members: JSONObject = ["opinion": "sound"], by principal: Principal) async throws -> Paper {
                try await house.governance.recordValidation(ofModel: "loans", members, by: principal)
            }
            let stranger = await refusal(.permissionDenied) { _ = try await validate(by: house.otto) }
            #expect(stranger.contains("permission 'approve'"), "\(stranger)")
            let paper = try await validate(by: house.vera)
            #expect(paper.text("next") == "2028-01-15T08:00:00Z")
            #expect(try await reasons(house) == [])
            #expect(try await reasons(house, at: house.house.now + 365 * Self.day - 1) == [])
            #expect(try await reasons(house, at: house.house.now + 365 * Self.day) == ["its validation was due by 2028-01-15T08:00:00Z"])
            let trigger = try await house.governance.recordTrigger(
                ofModel: "loans", ["trigger": "drift", "text": "PSI 0.3 on income"], by: house.otto)
            #expect(try await reasons(house) == ["drift (\(trigger.record.id))"])
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("the model is to be validated anew: drift"), "\(text)")
            _ = try await validate(["opinion": "sound still", "next": "2027-03-01"], by: house.vera)
            #expect(try await reasons(house) == [])
            let open = try await house.governance.papers(.validation, inForceOnly: true)
            #expect(open.map(\.record.state) == ["standing"])
            _ = await refusal(.invalidArgument) { _ = try await validate(["opinion": "o", "next": "2026-01-01"], by: house.vera) }
            _ = await refusal(.invalidArgument) {
                _ = try await house.governance.recordTrigger(ofModel: "loans", ["trigger": "mood", "text": "t"], by: house.otto)
            }
        }
    }

    @Test func whoMadeAVersionDoesNotValidateTheModel() async throws {
        try await withVersion { house, _ in
            // ana is a validator, and logged version 2.
            _ = try await house.register(house.logModel(gap: "0.03", by: house.ana), by: house.otto)
            let text = await refusal(.permissionDenied) {
                _ = try await house.governance.recordValidation(ofModel: "loans", ["opinion": "mine is sound"], by: house.ana)
            }
            #expect(text.contains("ana made a version of loans"), "\(text)")
        }
    }

    @Test func aSeriousIncidentAsksForAValidation() async throws {
        try await withVersion { house, _ in
            func open(_ severity: String) async throws -> Paper {
                try await house.governance.openIncident(
                    about: PaperAddress(model: "loans"),
                    ["title": "Wrong refusals", "severity": .string(severity), "aware": "2027-01-15T08:00:00Z", "owner": "otto"],
                    by: house.otto)
            }
            _ = try await open("medium")
            #expect(try await reasons(house) == [])
            let serious = try await open("critical")
            #expect(try await reasons(house) == ["an incident that is critical is open (\(serious.record.id))"])
            _ = try await house.governance.closeIncident(id: serious.record.id, action: "mended", by: house.vera)
            #expect(try await reasons(house) == [])
        }
    }

    // MARK: - Holds

    @Test func aHoldStopsDeletionAndErasureUntilASecondPersonReleasesIt() async throws {
        try await withVersion { house, version in
            _ = await refusal(.permissionDenied) { _ = try await house.governance.hold(model: "loans", reason: "suit", by: house.vera) }
            let hold = try await house.governance.hold(model: "loans", reason: "suit", by: house.cleo)
            try await house.useCases.setTag(KeyValue(key: "note", value: "secret"), ofModelNamed: "loans", by: house.otto)
            let entry = try #require(try await house.house.entries().last { $0.kind == "model.tag-set" })
            func erase() async throws { try await house.useCases.erasePayload(ofEntry: entry.id, reason: "r", by: house.adam) }
            for attempt in [
                { try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto) },
                { try await house.useCases.deleteModelVersion(version.number, ofModelNamed: "loans", by: house.otto) },
                { try await erase() },
            ] as [() async throws -> Void] {
                let text = await refusal(.conflict, attempt)
                #expect(text.contains("under a legal hold (\(hold.record.id))"), "\(text)")
            }
            // A new name is no way out.
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "loans-2", by: house.otto)
            _ = await refusal(.conflict) { try await house.useCases.deleteRegisteredModel(named: "loans-2", by: house.otto) }
            let own = await refusal(.permissionDenied) {
                _ = try await house.governance.releaseHold(id: hold.record.id, reason: "settled", by: house.cleo)
            }
            #expect(own.contains("takes a second person"), "\(own)")
            let cora = try await house.useCases.createUser(named: "cora", roles: [.compliance], by: house.adam).user.principal
            _ = try await house.governance.releaseHold(id: hold.record.id, reason: "settled", by: cora)
            try await erase()
            try await house.useCases.deleteRegisteredModel(named: "loans-2", by: house.otto)
        }
    }

    // MARK: - Retirement

    @Test func aModelRetiresOnceItIsDrainedAndStaysOut() async throws {
        try await withVersion { house, version in
            try await house.useCases.setAlias("candidate", ofModelNamed: "loans", to: 1, by: house.otto)
            func retire(_ rules: [Text] = [], _ limits: [RetentionResolver.PrivacyLimit] = []) async throws -> Paper {
                try await house.governance.retire(model: "loans", reason: "replaced", rules: rules, limits: limits, by: house.otto)
            }
            let used = await refusal(.conflict) { _ = try await retire() }
            #expect(used.contains("version 1 is @candidate"), "\(used)")
            try await house.useCases.deleteAlias("candidate", ofModelNamed: "loans", by: house.otto)
            _ = await refusal(.invalidArgument) { _ = try await retire(["eu-ai-act/art-99"]) }
            let paper = try await retire(["eu-ai-act/art-18", "ecoa/retention"], [.init(months: 36, basis: "GDPR Art. 5(1)(e)")])
            let tombstone = try #require(paper.content["tombstone"])
            #expect(paper.text("tombstone_sha256") == SHA256Hasher.digest(of: try tombstone.canonicalBytes()).hex)
            #expect(tombstone["versions"]?.array?.first?["manifest"]?.string == version.content.manifestDigest?.hex)
            let retention = try #require(tombstone["retention"])
            #expect(retention["keep_until"]?.string == "2037-01-15T08:00:00Z" && retention["keep_basis"] == ["eu-ai-act/art-18"])
            #expect(retention["personal_until"]?.string == "2030-01-15T08:00:00Z" && retention["split"]?.bool == true)

            let logged = try await house.logModel(gap: "0.01", by: house.otto)
            for attempt in [
                { try await house.promote(version, by: house.otto) },
                { try await house.useCases.setAlias("champion", ofModelNamed: "loans", to: 1, by: house.otto) },
                { _ = try await house.register(logged, by: house.otto) },
                // The same files under another name.
                { _ = try await house.copy(version, to: "toys", by: house.otto) },
                { _ = try await retire() },
            ] as [() async throws -> Void] {
                let text = await refusal(.conflict, attempt)
                #expect(text.contains("is retired since 2027-01-15T08:00:00Z"), "\(text)")
            }
            #expect(try await house.house.store.read { try $0.modelVersions(ofModel: version.modelID).count } == 1)
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.reinstate(model: "loans", reason: "needed", by: house.otto)
            }
            _ = try await house.governance.reinstate(model: "loans", reason: "needed", by: house.vera)
            _ = try await house.register(logged, by: house.otto)
        }
    }

    // MARK: - Retention

    @Test func retentionIsTheLongestMinimumAndTheShortestMaximum() throws {
        let start = try UseCases.moment("2026-11-26")
        func rules(_ ids: String...) throws -> [RetentionRule] { try ids.map { try #require(RetentionRule.named($0)) } }
        let result = try RetentionResolver.resolve(
            rules("eu-ai-act/art-19", "ecoa/retention", "hipaa/documentation"),
            limits: [.init(months: 24, basis: "purpose"), .init(months: 80, basis: "other")], from: start, isHeld: false)
        let (kept, personal) = (try UseCases.moment("2032-11-26"), try UseCases.moment("2028-11-26"))
        #expect(result.keepUntil == kept && result.keepBasis == ["hipaa/documentation"])
        #expect(result.personalUntil == personal && result.personalBasis == ["purpose"] && result.isSplit)
        #expect(result.action(at: start) == "keep it")
        #expect(result.action(at: personal) == "erase what is personal, and keep digests, measures, ids and approvals")
        #expect(result.action(at: kept) == "erase it")
        let held = try RetentionResolver.resolve(rules("hipaa/documentation"), limits: [], from: start, isHeld: true)
        // A hold stops deletion and shortens no minimum.
        let later = try UseCases.moment("2040-01-01")
        #expect(held.keepUntil == kept && held.action(at: later).hasPrefix("keep everything"))
        let none = try RetentionResolver.resolve([], limits: [], from: start, isHeld: false)
        #expect(none.keepUntil == nil && none.personalUntil == nil && !none.isSplit && none.action(at: start) == "no rule says anything")
        let plain = try RetentionResolver.resolve(rules("ecoa/retention"), limits: [.init(months: 60, basis: "p")], from: start, isHeld: false)
        let between = try UseCases.moment("2029-12-01")
        #expect(!plain.isSplit && plain.action(at: between) == "it may be deleted")
    }

    @Test func everyRuleIsWhole() {
        #expect(RetentionRule.all.map(\.id) == RetentionRule.all.map(\.id).sorted())
        #expect(Set(RetentionRule.all.map(\.id)).count == RetentionRule.all.count)
        #expect(RetentionRule.all.allSatisfy { $0.months > 0 && !$0.basis.isEmpty && !$0.what.isEmpty })
    }
}
