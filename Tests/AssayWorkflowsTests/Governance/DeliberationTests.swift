import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Comments, objections, conditions and delegations as people make them.
@Suite struct DeliberationTests {
    private static let day: Int64 = 86_400_000

    /// A version that waits for approvals.
    private func asked(_ house: GovernedHouse) async throws -> ModelVersion {
        try await house.publish()
        let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
        try await house.work()
        _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
        return version
    }

    @Test func whatIsSaidStandsInTheNextRefusal() async throws {
        try await GovernedHouse.with { house in
            let version = try await asked(house)
            let request = try await house.openRequest()
            _ = try await house.governance.comment(requestID: request.id, "Which months are in the\ntable?", by: house.vera)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("vera said on") && text.contains("Which months are in the table?"))
            #expect(try await house.governance.request(id: request.id).comments.map(\.authorName) == ["vera"])
            for (words, text) in [("says nothing", " \n"), ("longer", Text(String(repeating: "x", count: 5_000)))] as [(String, Text)] {
                #expect(await refusal(.invalidArgument) {
                    _ = try await house.governance.comment(requestID: request.id, text, by: house.vera)
                }.contains(words))
            }
            _ = await refusal(.permissionDenied) { _ = try await house.governance.comment(requestID: request.id, "x", by: .anonymous) }
            _ = await refusal(.notFound) { _ = try await house.governance.comment(requestID: "none", "x", by: house.vera) }
        }
    }

    @Test func anObjectionStopsUntilItIsTakenBack() async throws {
        try await GovernedHouse.with { house in
            let version = try await asked(house)
            let request = try await house.openRequest()
            try await house.approve(request, by: house.vera, house.cleo)
            _ = try await house.governance.object(requestID: request.id, seen: nil, reason: "the table lacks 2025", by: house.petra)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("petra objects: the table lacks 2025"))
            // Once, and by whoever may approve.
            _ = await refusal(.alreadyExists) {
                _ = try await house.governance.object(requestID: request.id, seen: nil, reason: "again", by: house.petra)
            }
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.object(requestID: request.id, seen: nil, reason: "no", by: house.otto)
            }
            // Nobody takes another's back.
            #expect(try await house.governance.withdrawObjections(requestID: request.id, by: house.cleo) == 0)
            #expect(try await house.governance.withdrawObjections(requestID: request.id, by: house.petra) == 1)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
            #expect(try await house.house.kinds().filter { $0.hasPrefix("objection.") } == ["objection.raised", "objection.withdrawn"])
        }
    }

    @Test func aConditionThatIsDueStopsTheNextPromotion() async throws {
        try await GovernedHouse.with { house in
            let version = try await asked(house)
            let request = try await house.openRequest()
            let due = house.house.now + 10 * Self.day
            let condition = Governance.ConditionDraft(text: "a drift report", dueMilliseconds: due)
            for draft in [
                Governance.ConditionDraft(text: " ", dueMilliseconds: due), .init(text: "x", dueMilliseconds: 5),
                .init(text: "x", dueMilliseconds: due + 1_000 * Self.day),
            ] {
                _ = await refusal(.invalidArgument) {
                    _ = try await house.governance.approve(requestID: request.id, seen: nil, comment: "", conditions: [draft], by: house.vera)
                }
            }
            _ = try await house.governance.approve(requestID: request.id, seen: nil, comment: "", conditions: [condition], by: house.vera)
            let kept = try #require(try await house.governance.conditions(ofModel: "loans").first)
            #expect(!kept.isInForce && !kept.isOverdue)
            _ = await refusal(.conflict) {
                _ = try await house.governance.meetCondition(id: kept.condition.id, ofModel: "loans", comment: "", by: house.cleo)
            }
            try await house.approve(request, by: house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.governance.conditions(ofModel: "loans").map(\.isInForce) == [true])

            let next = try await house.register(house.logModel(gap: "0.03", by: house.otto), by: house.otto)
            try await house.work()
            house.house.advance(milliseconds: 11 * Self.day)
            let text = await refusal(.permissionDenied) { try await house.promote(next, by: house.otto) }
            #expect(text.contains("'a drift report', which was due and is open"))
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.meetCondition(id: kept.condition.id, ofModel: "loans", comment: "", by: house.otto)
            }
            _ = await refusal(.notFound) {
                _ = try await house.governance.meetCondition(id: kept.condition.id, ofModel: "other", comment: "", by: house.cleo)
            }
            _ = try await house.governance.meetCondition(id: kept.condition.id, ofModel: "loans", comment: "read it", by: house.cleo)
            _ = await refusal(.conflict) {
                _ = try await house.governance.meetCondition(id: kept.condition.id, ofModel: "loans", comment: "", by: house.cleo)
            }
            #expect(await !refusal(.permissionDenied) { try await house.promote(next, by: house.otto) }.contains("drift report"))
        }
    }

    @Test func somebodyApprovesInAnothersStead() async throws {
        try await GovernedHouse.with { house in
            let version = try await asked(house)
            let request = try await house.openRequest()
            let until = house.house.now + 5 * Self.day
            func give(_ role: Text, to name: Text, until: Int64, _ reason: Text = "on leave", by person: Principal) async throws -> DelegationRecord {
                try await house.governance.delegate(role: role, to: name, until: until, reason: reason, by: person)
            }
            for (code, role, name, end, person) in [
                (.permissionDenied, "validator", "vera", until, house.cleo), (.permissionDenied, "compliance", "vera", until, house.otto),
                (.invalidArgument, "compliance", "otto", until, house.cleo), (.invalidArgument, "compliance", "cleo", until, house.cleo),
                (.invalidArgument, "compliance", "vera", 5, house.cleo), (.notFound, "compliance", "nobody", until, house.cleo),
                (.invalidArgument, "compliance", "vera", until + 100 * Self.day, house.cleo),
            ] as [(AssayError.Code, Text, Text, Int64, Principal)] {
                _ = await refusal(code) { _ = try await give(role, to: name, until: end, by: person) }
            }
            _ = await refusal(.invalidArgument) { _ = try await give("compliance", to: "vera", until: until, "", by: house.cleo) }
            let given = try await give("compliance", to: "ana", until: until, by: house.cleo)
            _ = await refusal(.conflict) { _ = try await give("compliance", to: "ana", until: until, by: house.cleo) }
            try await house.approve(request, by: house.vera, house.ana)
            let detail = try await house.governance.request(id: request.id)
            #expect(detail.refusal == nil, "\(detail.refusal ?? "")")
            // It ends at once when it is revoked, and by itself.
            _ = await refusal(.notFound) { try await house.governance.revokeDelegation(id: given.id, by: house.vera) }
            try await house.governance.revokeDelegation(id: given.id, by: house.cleo)
            #expect(try await house.governance.request(id: request.id).refusal?.contains("compliance: 0 of 1") == true)
            _ = try await give("compliance", to: "ana", until: until, by: house.cleo)
            #expect(try await house.governance.request(id: request.id).refusal == nil)
            house.house.advance(milliseconds: 6 * Self.day)
            #expect(try await house.governance.request(id: request.id).refusal?.contains("compliance: 0 of 1") == true)
            #expect(try await house.stage(version) == ModelStage.none)
        }
    }

    /// The tables and the log must say the same of all of it, and a row changed behind the log's back is named.
    @Test(arguments: [
        "UPDATE objection SET withdrawnTime = 1", "UPDATE approvalCondition SET dueTime = dueTime + 1", "DELETE FROM approvalCondition",
        "UPDATE delegation SET untilTime = untilTime + 1", "UPDATE delegation SET delegateId = 'x'", "DELETE FROM objection",
    ])
    func aChangeBehindTheLogIsNamed(_ sql: String) async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await asked(house)
            let request = try await house.openRequest()
            let end = house.house.now + Self.day
            _ = try await house.governance.approve(
                requestID: request.id, seen: nil, comment: "", conditions: [.init(text: "x", dueMilliseconds: end)], by: house.vera)
            _ = try await house.governance.object(requestID: request.id, seen: nil, reason: "no", by: house.petra)
            _ = try await house.governance.delegate(role: "compliance", to: "vera", until: end, reason: "leave", by: house.cleo)
            try house.house.tamper(sql)
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.count == 1, "\(differences.map(\.text))")
        }
    }
}
