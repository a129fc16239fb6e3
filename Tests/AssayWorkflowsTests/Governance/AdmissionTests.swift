import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Registration and retirement behind the gate, and requests that nobody came back to.
@Suite struct AdmissionTests {
    private static let day: Int64 = 86_400_000
    private static let registering = GovernedHouse.policy
        .replacing("stages: [Production], aliases: [champion]", with: "registration: true")
        .replacing("  - {role: compliance, count: 1}\n", with: "")

    private func current(_ version: ModelVersion, _ house: GovernedHouse) async throws -> ModelVersion {
        try #require(try await house.house.store.read { try $0.modelVersion(id: version.id) })
    }

    private func retire(_ house: GovernedHouse) async throws -> Paper {
        try await house.governance.retire(model: "loans", reason: "replaced", rules: [], limits: [], by: house.otto)
    }

    private func back(
        _ house: GovernedHouse, to number: Int64? = nil, _ place: Governance.Place = .stage("Production"), reason: Text = "it crashes",
        by actor: Principal
    ) async throws -> Governance.Rollback {
        try await house.governance.rollBack(model: "loans", to: number, place: place, reason: reason, by: actor)
    }

    /// A row that says that the gate let the version in.
    private func forge(_ target: Text, for version: ModelVersion, _ house: GovernedHouse) async throws {
        let placement = Placement(
            versionID: version.id, target: target, manifest: try #require(version.content.manifestDigest), decision: "pass",
            detail: Array("{}".utf8), requestID: nil, entryID: "none", placedMilliseconds: 1)
        try await house.house.store.write { try $0.setPlacement(placement) }
    }

    /// Platform and operations, who may go back.
    private func devops(_ house: GovernedHouse) async throws -> Principal {
        try await house.useCases.createUser(named: "dora", roles: [.devops], by: house.adam).user.principal
    }

    @Test func aVersionWaitsForItsEvidenceAndForPeople() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.registering)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            guard case .waiting(let text) = version.admission else { return #expect(Bool(false), "\(version.admission)") }
            #expect(text.string.contains("fairness.demographic_parity_difference") && text.string.contains("approval"))
            // It takes no place, whichever, also one that no policy gates.
            for act in [
                { try await house.promote(version, by: house.otto) },
                { try await house.useCases.setAlias("blue", ofModelNamed: "loans", to: version.number, by: house.otto) },
            ] as [() async throws -> Void] {
                #expect(await refusal(.conflict) { try await act() }.contains("is not registered yet"))
            }
            try await house.work()
            let request = try await house.openRequest()
            #expect(request.action == "register" && request.target == "registration")
            #expect(try await current(version, house).admission.text?.string.contains("approval") == true)
            try await house.approve(request, by: house.vera)
            #expect(try await current(version, house).admission == .admitted)
            #expect(try await house.governance.request(id: request.id).request.state == .promoted)
            try await house.useCases.setAlias("blue", ofModelNamed: "loans", to: version.number, by: house.otto)
            // The log says the same as the tables, approvals included.
            #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == [])
            #expect(try await house.house.kinds().filter { $0 == "version.admission" }.count == 2)
        }
    }

    @Test func whatIsShownToBeWrongIsRefused() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.registering)
            let version = try await house.register(house.logModel(gap: "0.4", by: house.otto), by: house.otto)
            try await house.work()
            guard case .refused(let text) = try await current(version, house).admission else { return #expect(Bool(false)) }
            #expect(text.string.contains("0.4") && text.string.contains("max 0.1"))
            #expect(await refusal(.conflict) { try await house.promote(version, by: house.otto) }.contains("is not registered yet"))
            #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == [])
            // Asking again changes nothing.
            _ = try await house.governance.openRequest(model: "loans", version: 1, target: .registration, by: house.otto)
            #expect(try await current(version, house).admission.word == "refused")
        }
    }

    @Test func otherModelsAndOlderVersionsAreFree() async throws {
        try await GovernedHouse.with { house in
            let older = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.publish(Self.registering)
            #expect(older.admission == .open)
            try await house.useCases.setAlias("blue", ofModelNamed: "loans", to: older.number, by: house.otto)
            let other = try await house.register(house.logModel(gap: "0.06", table: "others", by: house.otto), as: "churn", by: house.otto)
            #expect(other.admission == .open)
            // A copy under a name that is gated waits, although what it is copied from does not.
            let copy = try await house.copy(other, to: "loan-copy", by: house.otto)
            #expect(copy.admission.word == "waiting")
        }
    }

    @Test func retirementIsAskedForWhereAPolicySaysSo() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(
                """
                assay: policy/v1
                name: goodbye
                version: "1"
                applies-to: {models: ["loan*"], retirement: true}
                approvals:
                  - {role: compliance, count: 1}
                """)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let refused = await refusal(.permissionDenied) { _ = try await retire(house) }
            #expect(refused.contains("compliance"))
            let request = try await house.openRequest()
            #expect(request.action == "retire" && request.target == "retirement" && request.version == Int(version.number))
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.approve(requestID: request.id, seen: nil, comment: "", by: house.otto)
            }
            try await house.approve(request, by: house.cleo)
            _ = try await retire(house)
            #expect(try await house.governance.request(id: request.id).request.state == .promoted)
            #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == [])
        }
    }

    @Test func requestsEndWhenNobodyComesBack() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let request = try await house.openRequest()
            try await house.approve(request, by: house.vera)
            house.house.advance(milliseconds: Int64(GateSettings.defaultRequestDays) * Self.day - 1)
            #expect(try await house.governance.expireRequests() == 0)
            house.house.advance(milliseconds: 2)
            // Whether somebody swept or not.
            #expect(await refusal(.conflict) {
                _ = try await house.governance.approve(requestID: request.id, seen: nil, comment: "", by: house.cleo)
            }.contains("expired"))
            #expect(try await house.governance.expireRequests() == 1)
            #expect(try await house.governance.expireRequests() == 0)
            let over = try await house.governance.request(id: request.id)
            #expect(over.request.state == .expired && over.approvals.map(\.state) == [.void])
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(try await house.openRequest().id != request.id)
            #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == [])
        }
    }

    @Test func anEmergencyGoesBackAtOnceAndIsReviewedAfter() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let dora = try await devops(house)
            let first = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let second = try await house.register(house.logModel(gap: "0.05", table: "later", by: house.otto), by: house.otto)
            // Before anything held the place there is nothing to go back to.
            _ = await refusal(.conflict) { _ = try await back(house, by: dora) }
            try await house.carryThrough(first, by: house.otto)
            try await house.carryThrough(second, by: house.otto)
            _ = await refusal(.conflict) { _ = try await back(house, to: second.number, by: dora) }
            _ = await refusal(.conflict) { _ = try await back(house, to: first.number, .alias("champion"), by: dora) }
            for place in [Governance.Place.registration, .retirement, .stage("None"), .stage("Archived"), .stage("nowhere")] {
                _ = await refusal(.invalidArgument) { _ = try await back(house, place, by: dora) }
            }
            for nobody in [Principal.anonymous, house.vera, house.otto] {
                _ = await refusal(.permissionDenied) { _ = try await back(house, by: nobody) }
            }
            _ = await refusal(.invalidArgument) { _ = try await back(house, reason: " ", by: dora) }
            let done = try await back(house, by: dora)
            #expect(done.version.id == first.id)
            #expect(try await house.stage(first) == .production)
            #expect(try await house.stage(second) == .archived)
            let placement = try await house.house.store.read { try $0.placements(versionID: first.id).first }
            #expect(placement?.decision == "emergency")
            // Whoever went back does not close the review, and until somebody else has, there is no second one.
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.closeFinding(id: done.review.record.id, resolution: "mended", reason: "fine", by: dora)
            }
            #expect(await refusal(.conflict) { _ = try await back(house, to: second.number, by: dora) }.contains("nobody has reviewed"))
            // Overdue, it keeps the next version out.
            let third = try await house.register(house.logModel(gap: "0.03", table: "third", by: house.otto), by: house.otto)
            try await house.work()
            house.house.advance(milliseconds: Governance.reviewHours * 3_600_000 + 1)
            #expect(await refusal(.permissionDenied) { try await house.promote(third, by: house.otto) }.contains("review of the emergency rollback"))
            _ = try await house.governance.closeFinding(id: done.review.record.id, resolution: "mended", reason: "looked at", by: house.cleo)
            // What an emergency came back from is never chosen by itself.
            #expect(await refusal(.conflict) { _ = try await back(house, by: dora) }.contains("Name the version"))
            #expect(try await back(house, to: second.number, by: dora).version.id == second.id)
            #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == [])
        }
    }

    /// What the gate never let in, an emergency does not either: not what was there before any policy, and not what a row claims.
    @Test func anEmergencyIsNoWayIn() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            let dora = try await devops(house)
            let early = try await house.register(house.logModel(gap: "0.4", by: house.otto), by: house.otto)
            let next = try await house.register(house.logModel(gap: "0.04", table: "next", by: house.otto), by: house.otto)
            try await house.promote(early, by: house.otto)
            try await house.promote(next, by: house.otto)
            try await house.publish()
            let refused = await refusal(.conflict) { _ = try await back(house, to: 1, by: dora) }
            #expect(refused.contains("before the policy credit 1 applied"))
            let late = try await house.register(house.logModel(gap: "0.5", table: "late", by: house.otto), by: house.otto)
            try await forge("stage Production", for: late, house)
            _ = await refusal(.conflict) { _ = try await back(house, to: 3, by: dora) }
            let stages = [try await house.stage(early), try await house.stage(next), try await house.stage(late)]
            #expect(stages == [.archived, .production, ModelStage.none])
            let differences = try await house.useCases.compareRecords()?.differences.map(\.object)
            #expect(differences == ["leave of version \(late.id) for stage Production"])
        }
    }

    /// What was let in under another name was let in by other policies.
    @Test func anEmergencyKnowsNamesApart() async throws {
        try await GovernedHouse.with { house in
            let dora = try await devops(house)
            try await house.publish()
            let toy = try await house.register(house.logModel(gap: "0.3", by: house.otto), as: "toy", by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(toy, by: house.otto) }
            let request = try await house.openRequest("toy")
            try await house.approve(request, by: house.vera)
            try await house.promote(toy, by: house.otto)
            _ = try await house.useCases.moveVersion(1, ofModelNamed: "toy", to: .archived, archivingOthers: false, by: house.otto)
            _ = try await house.useCases.renameRegisteredModel(named: "toy", to: "loans", by: house.otto)
            let refused = await refusal(.conflict) { _ = try await back(house, to: 1, by: dora) }
            #expect(refused.contains("under this name"))
        }
    }

    @Test func renamingIsNoWayToBeRegistered() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.registering)
            let version = try await house.register(house.logModel(gap: "0.4", by: house.otto), as: "toy", by: house.otto)
            #expect(version.admission == .open)
            #expect(await refusal(.permissionDenied) {
                _ = try await house.useCases.renameRegisteredModel(named: "toy", to: "loan-toy", by: house.otto)
            }.contains("gates registration"))
            _ = try await house.useCases.renameRegisteredModel(named: "toy", to: "game", by: house.otto)
        }
    }

    @Test func withoutVersionsNothingRetiresPastAPolicy() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.publish(
                """
                assay: policy/v1
                name: goodbye
                version: "1"
                applies-to: {models: ["loan*"], retirement: true}
                approvals: [{role: compliance, count: 1}]
                """)
            try await house.useCases.deleteModelVersion(version.number, ofModelNamed: "loans", by: house.adam)
            #expect(await refusal(.permissionDenied) { _ = try await retire(house) }.contains("no version left"))
        }
    }
}
