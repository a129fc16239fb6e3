import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// A protected place is left by named people who may ask for places, at once, and by nobody else.
@Suite struct LeavingTests {
    /// Ways in which a version leaves a protected place, each from `loans` 1 in Production with the alias champion.
    private static let ways: [@Sendable (GovernedHouse, Principal) async throws -> Void] = [
        { _ = try await $0.useCases.moveVersion(1, ofModelNamed: "loans", to: .archived, archivingOthers: false, by: $1) },
        { _ = try await $0.useCases.moveVersion(1, ofModelNamed: "loans", to: .none, archivingOthers: false, by: $1) },
        { _ = try await $0.useCases.moveVersion(1, ofModelNamed: "loans", to: .staging, archivingOthers: false, by: $1) },
        { try await $0.useCases.deleteAlias("champion", ofModelNamed: "loans", by: $1) },
    ]

    private func withHolder(
        requiresPolicy: Bool = false, _ body: (GovernedHouse, ModelVersion) async throws -> Void
    ) async throws {
        try await GovernedHouse.with(requiresPolicy: requiresPolicy) { house in
            if !requiresPolicy { try await house.publish() }
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
            func champion() async throws {
                try await house.useCases.setAlias("champion", ofModelNamed: "loans", to: 1, by: house.otto)
            }
            _ = await refusal(.permissionDenied, champion)
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await champion()
            try await body(house, version)
        }
    }

    @Test(arguments: ways.indices, [false, true])
    func onlyThoseWhoMayAskForPlacesTakeAVersionOut(_ way: Int, requiresPolicy: Bool) async throws {
        try await withHolder(requiresPolicy: requiresPolicy) { house, version in
            for stranger in [Principal.anonymous, .localOperator, house.adam] {
                let text = await refusal(.permissionDenied) { try await Self.ways[way](house, stranger) }
                #expect(text.contains("loans version 1 holds ") && text.contains("a protected place"), "\(text)")
                #expect(text.contains("with the role data_scientist may"), "\(text)")
                #expect(text.contains("set MLFLOW_TRACKING_TOKEN") == !stranger.isNamed, "\(text)")
            }
            let standing = try #require(try await house.house.store.read { try $0.modelVersion(id: version.id) })
            #expect(standing.stage == .production && standing.aliases == ["champion"])
            try await Self.ways[way](house, house.otto)
            let gate = try #require(try await lastGate(house))
            #expect(gate["decision"]?.string == "left")
            let place = way == 3 ? "alias champion" : "stage Production"
            #expect(gate["left"] == [["place": .string(place), "version": 1]])
        }
    }

    @Test func whoHoldsNothingProtectedMoreIsDeletedAsAnyOther() async throws {
        try await withHolder { house, _ in
            func delete() async throws { try await house.useCases.deleteModelVersion(1, ofModelNamed: "loans", by: .anonymous) }
            _ = await refusal(.permissionDenied, delete)
            for way in [0, 3] { try await Self.ways[way](house, house.vera) }
            // Archived is no protected place of this policy.
            try await delete()
        }
    }

    /// Others are archived with the leave of the one who enters, and with nobody's where none is needed to enter.
    @Test func othersAreArchivedByLeaveOnly() async throws {
        try await withHolder { house, first in
            let second = try await house.register(house.logModel(gap: "0.03", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(second, archiving: false, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(second, archiving: false, by: house.otto)
            // Both stand in Production: the second stays, so it enters nothing, and would throw the first out.
            _ = await refusal(.permissionDenied) { try await house.promote(second, by: .anonymous) }
            #expect(try await house.stage(first) == .production)
            try await house.promote(second, by: house.otto)
            #expect(try await house.stage(first) == .archived)

            let third = try await house.register(house.logModel(gap: "0.02", by: house.otto), by: house.otto)
            try await house.carryThrough(third, by: house.otto)
            #expect(try await house.stage(second) == .archived)
            #expect(try await lastGate(house)?["decision"]?.string == "pass")
        }
    }

    @Test func withoutPoliciesEverybodyLeaves() async throws {
        for way in Self.ways {
            try await GovernedHouse.with { house in
                let version = try await house.register(house.logModel(gap: "0.9", by: .anonymous), by: .anonymous)
                try await house.promote(version, by: .anonymous)
                try await house.useCases.setAlias("champion", ofModelNamed: "loans", to: 1, by: .anonymous)
                try await way(house, .anonymous)
            }
        }
    }

    /// What the newest entry about a place says of the gate.
    private func lastGate(_ house: GovernedHouse) async throws -> JSONValue? {
        try await house.house.entries().last { ["stage.changed", "alias.deleted"].contains($0.kind) }?.payload?["gate"]
    }
}
