import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// A rollout from its beginning to its end: who may begin it, what is counted once, what follows by itself, and what the log says of it.
@Suite struct RolloutTests {
    private static let gateway = Text(String(repeating: "a1", count: 16))

    /// Two versions of `loans`, the first in Production; `policy` is published then.
    private static func with(
        policy: String? = nil, _ body: (GovernedHouse, ModelVersion, ModelVersion) async throws -> Void
    ) async throws {
        try await GovernedHouse.with { house in
            let first = try await house.register(house.logModel(gap: "0.02", by: house.otto), by: house.otto)
            try await house.promote(first, by: house.otto)
            if let policy { try await house.publish(policy) }
            try await body(house, first, house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto))
        }
    }

    private static func document(_ strategy: String, _ more: String = "", candidate: Int = 2) -> [UInt8] {
        Array(
            "assay: rollout/v1\nmodel: loans\ncandidate: \(candidate)\nstrategy: \(strategy)\nrationale: a test\ntargets: [stage Production]\n\(more)\n".utf8)
    }

    private static let canary = """
        steps: [{share: 5%, requests: 100}, {share: 50%, requests: 200}]
        guards: [{on: errors, margin: 0.1}]
        advance: unless-worse
        automatic: [promote, rollback]
        """

    private static func tally(candidate: Int64, errors: Int64 = 0, baseline: Int64 = 0) -> RolloutTally {
        var tally = RolloutTally()
        (tally.candidate.requests, tally.candidate.errors, tally.baseline.requests) = (candidate, errors, baseline)
        return tally
    }

    private static func shadowed(_ rows: Int64, agreed: Int64) -> RolloutTally {
        var tally = tally(candidate: rows, baseline: rows)
        (tally.compared, tally.agreed, tally.judged, tally.judgedAgreed) = (rows, agreed, rows, agreed)
        return tally
    }

    @discardableResult
    private static func report(
        _ house: GovernedHouse, _ view: Governance.RolloutView, _ sequence: Int64, _ tallies: [Int: RolloutTally], gateway: Text = gateway
    ) async throws -> Governance.RolloutReceipt {
        try await house.governance.observeRollout(
            id: view.rollout.id, gateway: gateway, sequence: sequence, tallies: tallies, by: house.adam)
    }

    private static func state(_ house: GovernedHouse, _ view: Governance.RolloutView) async throws -> Text {
        try await house.governance.rollout(id: view.rollout.id).rollout.paper.record.state
    }

    @Test func aCanaryGoesOnAndTakesItsPlace() async throws {
        try await Self.with { house, first, second in
            let view = try await house.governance.startRollout(Self.document("canary", Self.canary), by: house.otto)
            #expect(view.rollout.share == 500 && view.rollout.baseline?.version == 1)
            let listed = try await house.governance.deployments()["rollouts"]?.array
            #expect(listed?.count == 1 && listed?.first?["id"]?.string == view.rollout.id)
            try await Self.report(house, view, 1, [0: Self.tally(candidate: 99, baseline: 900)])
            #expect(try await house.governance.rollout(id: view.rollout.id).rollout.step == 0)
            let receipt = try await Self.report(house, view, 2, [0: Self.tally(candidate: 100, baseline: 900)])
            #expect(receipt.isNew && receipt.revision == 2)
            let (step, last) = (Self.tally(candidate: 100, baseline: 900), Self.tally(candidate: 200, baseline: 200))
            try await Self.report(house, view, 3, [0: step, 1: last])
            #expect(try await house.stage(second) == .production)
            #expect(try await house.stage(first) == .archived)
            #expect(try await Self.state(house, view) == RolloutState.promoted)
            #expect(try await house.governance.deployments()["rollouts"]?.array?.isEmpty == true)
            let kinds = try await house.house.kinds().filter { $0.hasPrefix("rollout.") }
            #expect(kinds == ["rollout.started", "rollout.advanced", "rollout.promoted"])
            let entry = try #require(try await house.house.entries().last { $0.kind == "rollout.promoted" })
            #expect(entry.payload?["content"]?["tallies"]?["1"]?["candidate_requests"]?.integer == 200)
            let change = try #require(try await house.house.entries().last { $0.kind == "stage.changed" })
            #expect(entry.payload?["content"]?["change"]?.string == change.id)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
        }
    }

    @Test func aWorseCandidateGoesBack() async throws {
        try await Self.with { house, first, second in
            let view = try await house.governance.startRollout(Self.document("canary", Self.canary), by: house.otto)
            let receipt = try await Self.report(house, view, 1, [0: Self.tally(candidate: 50, errors: 40, baseline: 950)])
            #expect(receipt.state == RolloutState.rolledBack)
            #expect(try await house.stage(first) == .production)
            #expect(try await house.stage(second) == ModelStage.none)
            let entry = try #require(try await house.house.entries().last)
            #expect(entry.kind == "rollout.rolled-back" && entry.actorID == Principal.server.id)
            #expect(entry.payload?["content"]?["reason"]?.string?.contains("0.8 (40 of 50) against 0") == true)
            // What comes late is taken and changes nothing.
            let late = try await Self.report(house, view, 2, [0: Self.tally(candidate: 60, errors: 41, baseline: 950)])
            #expect(late.isNew && late.state == RolloutState.rolledBack)
        }
    }

    @Test func eachReportCountsOnce() async throws {
        try await Self.with { house, _, _ in
            let view = try await house.governance.startRollout(Self.document("shadow"), by: house.otto)
            func counted() async throws -> Int64? { try await house.governance.rollout(id: view.rollout.id).tallies[0]?.compared }
            try await Self.report(house, view, 5, [0: Self.shadowed(10, agreed: 9)])
            let again = try await Self.report(house, view, 5, [0: Self.shadowed(10, agreed: 9)])
            #expect(!again.isNew)
            let older = try await Self.report(house, view, 4, [0: Self.shadowed(500, agreed: 9)])
            #expect(!older.isNew)
            #expect(try await counted() == 10)
            try await Self.report(house, view, 6, [0: Self.shadowed(12, agreed: 9)])
            try await Self.report(house, view, 1, [0: Self.shadowed(3, agreed: 3)], gateway: Text(String(repeating: "b2", count: 16)))
            #expect(try await counted() == 15)
            _ = await refusal(.conflict) { try await Self.report(house, view, 7, [0: Self.shadowed(11, agreed: 9)]) }
            _ = await refusal(.conflict) { try await Self.report(house, view, 7, [:]) }
            _ = await refusal(.invalidArgument) { try await Self.report(house, view, 7, [1: Self.shadowed(12, agreed: 9)]) }
            _ = await refusal(.invalidArgument) { try await Self.report(house, view, 0, [:]) }
            _ = await refusal(.invalidArgument) { try await Self.report(house, view, 8, [:], gateway: "no id") }
            _ = await refusal(.conflict) {
                _ = try await house.governance.observeRollout(
                    id: view.rollout.id, gateway: Self.gateway, sequence: 9, tallies: [0: Self.shadowed(99, agreed: 99)], by: house.otto)
            }
            #expect(try await counted() == 15)
        }
    }

    @Test func whatAnswersPeopleNeedsTheGateAndAShadowDoesNot() async throws {
        try await Self.with(policy: GovernedHouse.policy) { house, _, second in
            try await house.work()
            let text = await refusal(.permissionDenied) {
                _ = try await house.governance.startRollout(Self.document("canary", Self.canary), by: house.otto)
            }
            #expect(text.contains("approvals by validator: 0 of 1"))
            let request = try await house.openRequest()
            #expect(request.target == "stage Production" && request.version == 2)
            #expect(try await house.governance.rollouts().isEmpty)
            let shadow = try await house.governance.startRollout(Self.document("shadow"), by: house.otto)
            _ = try await house.governance.endRollout(id: shadow.rollout.id, isRollback: false, reason: "enough", by: house.otto)
            try await house.approve(request, by: house.vera, house.cleo)
            let view = try await house.governance.startRollout(Self.document("canary", Self.canary), by: house.otto)
            // The approvals are still there when it takes its place, and are used up then.
            _ = try await house.governance.promoteRollout(id: view.rollout.id, by: house.otto)
            #expect(try await house.stage(second) == .production)
            let gate = try #require(try await house.house.entries().last { $0.kind == "stage.changed" }).payload?["gate"]
            #expect(gate?["approvals"]?.array?.count == 2)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
        }
    }

    @Test func aCandidateThatAnswersEverybodyGoesBack() async throws {
        try await Self.with { house, first, _ in
            let relative = await refusal(.invalidArgument) {
                _ = try await house.governance.startRollout(Self.document("real-time", "guards: [{on: errors, margin: 0.02}]"), by: house.otto)
            }
            #expect(relative.contains("nothing to compare with"))
            let view = try await house.governance.startRollout(
                Self.document("real-time", "guards: [{on: errors, max: 0.05}]"), by: house.otto)
            let receipt = try await Self.report(house, view, 1, [0: Self.tally(candidate: 40, errors: 40)])
            #expect(receipt.state == RolloutState.rolledBack)
            #expect(try await house.stage(first) == .production)
        }
    }

    /// Two places, of which a policy refuses the second: neither is taken, and both are once they let it in.
    @Test func allTargetsAreTakenOrNone() async throws {
        let policy = GovernedHouse.policy.replacing("stages: [Production], aliases: [champion]", with: "aliases: [champion]")
        try await Self.with { house, first, second in
            let text = "assay: rollout/v1\nmodel: loans\ncandidate: 2\nstrategy: ab\nrationale: a test\ntargets: [stage Production, alias champion]\n"
            let view = try await house.governance.startRollout(Array(text.utf8), by: house.otto)
            try await house.publish(policy)
            try await house.work()
            let words = await refusal(.permissionDenied) { _ = try await house.governance.promoteRollout(id: view.rollout.id, by: house.otto) }
            #expect(words.contains("may not enter"))
            #expect(try await house.stage(second) == ModelStage.none)
            #expect(try await house.stage(first) == .production)
            #expect(try await house.governance.rollout(id: view.rollout.id).rollout.isRunning)
            let refused = try await house.house.store.read { try $0.modelVersion(id: second.id) }
            #expect(refused?.aliases == [])
            // Each place has a policy of its own, and so a request.
            var approved: Set<String> = []
            while let request = try await house.governance.requests(state: .open, model: "loans", limit: 10).first(where: { !approved.contains($0.id) }) {
                approved.insert(request.id)
                try await house.approve(request, by: house.vera, house.cleo)
                let isIn = (try? await house.governance.promoteRollout(id: view.rollout.id, by: house.otto)) != nil
                let now = try await house.house.store.read { try $0.modelVersion(id: second.id) }
                #expect(now?.stage == (isIn ? .production : ModelStage.none) && now?.aliases == (isIn ? ["champion"] : []))
                if isIn { break }
            }
            let held = try await house.house.store.read { try $0.modelVersion(id: second.id) }
            #expect(held?.stage == .production && held?.aliases == ["champion"])
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
        }
    }

    @Test func aRefusalAtTheEndIsWaitedOutOnce() async throws {
        try await Self.with { house, first, _ in
            let view = try await house.governance.startRollout(Self.document("canary", Self.canary), by: house.otto)
            try await house.publish()
            try await Self.report(house, view, 1, [0: Self.tally(candidate: 100, baseline: 900)])
            for sequence in 2...4 as ClosedRange<Int64> {
                try await Self.report(
                    house, view, sequence, [0: Self.tally(candidate: 100, baseline: 900), 1: Self.tally(candidate: 200 + sequence, baseline: 200)])
            }
            let standing = try await house.governance.rollout(id: view.rollout.id)
            #expect(standing.rollout.isRunning && standing.rollout.paper.text("refusal")?.contains("loans") == true)
            #expect(try await house.house.kinds().filter { $0 == "rollout.waiting" }.count == 1)
            #expect(try await house.stage(first) == .production)
        }
    }

    @Test func aThousandShadowPredictions() async throws {
        let policy = """
            assay: policy/v1
            name: shadowed
            version: "1"
            applies-to: {models: ["loan*"], stages: [Production]}
            shadow: {predictions: 1000, agreement: {min: 0.95}}
            """
        try await Self.with(policy: policy) { house, _, second in
            let none = await refusal(.permissionDenied) { try await house.promote(second, by: house.otto) }
            #expect(none.contains("0 of 1000 shadow predictions") && none.contains("assay rollout template loans 2 --strategy shadow"))
            let view = try await house.governance.startRollout(Self.document("shadow"), by: house.otto)
            try await Self.report(house, view, 1, [0: Self.shadowed(999, agreed: 999)])
            let few = await refusal(.permissionDenied) { try await house.promote(second, by: house.otto) }
            #expect(few.contains("999 of 1000") && few.contains("1 is missing") && few.contains("assay rollout show \(view.rollout.id)"))
            try await Self.report(house, view, 2, [0: Self.shadowed(1_000, agreed: 999)])
            // Other files are shadowed by nobody yet.
            let third = try await house.register(house.logModel(gap: "0.05", by: house.otto), by: house.otto)
            let other = await refusal(.permissionDenied) { try await house.promote(third, by: house.otto) }
            #expect(other.contains("0 of 1000"))
            try await house.promote(second, by: house.otto)
            #expect(try await house.stage(second) == .production)
            // What a policy would mean for the version in its place counts what was counted before it took it.
            for (asked, decision) in [("1000", Decision.pass), ("1001", .incomplete)] {
                let draft = policy.replacing("predictions: 1000", with: "predictions: \(asked)").replacing("version: \"1\"", with: "version: \"\(asked)\"")
                let impact = try await house.governance.impact(of: Array(draft.utf8), by: house.petra)
                #expect(impact.held.map { $0.after?.decision } == [decision])
            }
            // The version it was compared with holds the place no more.
            let receipt = try await Self.report(house, view, 3, [0: Self.shadowed(1_001, agreed: 1_000)])
            #expect(receipt.state == RolloutState.stopped)
        }
    }

    @Test func statementsEndWithTheRollout() async throws {
        try await Self.with { house, _, second in
            let view = try await house.governance.startRollout(Self.document("shadow"), by: house.otto)
            let envelope = try DSSEEnvelope(json: await house.governance.rolloutStatement(id: view.rollout.id))
            #expect(envelope.isSigned(by: house.key.verificationKey))
            let statement = try JSONValue(parsing: envelope.payload)
            #expect(statement["predicateType"]?.string == Governance.rolloutPredicateType)
            #expect(statement["predicate"]?["rules"]?["answers"]?.string == "nobody")
            #expect(statement["predicate"]?["manifest_digest"]?.string == second.content.manifestDigest?.hex)
            // No program that serves places takes it for a leave.
            _ = await refusal(.permissionDenied) { _ = try await house.governance.deploymentStatement(model: "loans", version: 2) }
            _ = try await house.governance.endRollout(id: view.rollout.id, isRollback: true, reason: "it is slow", by: house.otto)
            _ = await refusal(.permissionDenied) { _ = try await house.governance.rolloutStatement(id: view.rollout.id) }
            let again = await refusal(.conflict) {
                _ = try await house.governance.endRollout(id: view.rollout.id, isRollback: false, reason: "again", by: house.otto)
            }
            #expect(again.contains("rolled-back already"))
        }
    }

    @Test func whatCannotBegin() async throws {
        try await Self.with { house, _, _ in
            let start = { (text: [UInt8], who: Principal) in try await house.governance.startRollout(text, by: who) }
            _ = await refusal(.permissionDenied) { _ = try await start(Self.document("shadow"), .anonymous) }
            _ = await refusal(.permissionDenied) { _ = try await start(Self.document("shadow"), house.adam) }
            _ = await refusal(.notFound) { _ = try await start(Self.document("shadow", candidate: 9), house.otto) }
            let itself = await refusal(.conflict) { _ = try await start(Self.document("shadow", candidate: 1), house.otto) }
            #expect(itself.contains("compared with"))
            let nobody = await refusal(.conflict) { _ = try await start(Self.document("shadow", "baseline: alias champion"), house.otto) }
            #expect(nobody.contains("alias champion"))
            _ = await refusal(.notFound) { _ = try await start(Self.document("shadow", "owner: nobody"), house.otto) }
            let mistake = await refusal(.invalidArgument) { _ = try await start(Self.document("shdow"), house.otto) }
            #expect(mistake.contains("rollout:4:11"))
            let first = try await start(Self.document("shadow"), house.otto)
            let second = await refusal(.conflict) { _ = try await start(Self.document("ab"), house.otto) }
            #expect(second.contains("assay rollout stop \(first.rollout.id)"))
        }
    }
}
