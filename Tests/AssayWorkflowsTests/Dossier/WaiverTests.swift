import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Waivers take two people who neither made the version nor set the rule, and stand for one check for a time.
@Suite struct WaiverTests {
    private static let day: Int64 = 86_400_000

    /// `loans` 1, whose gap of 0.3 breaks the policy, with its approvals given.
    private func withUnfairVersion(
        policy: String = GovernedHouse.policy, _ body: (GovernedHouse, ModelVersion) async throws -> Void
    ) async throws {
        try await GovernedHouse.with { house in
            try await house.publish(policy)
            let version = try await house.register(house.logModel(gap: "0.3", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await body(house, version)
        }
    }

    private func propose(
        _ house: GovernedHouse, by principal: Principal, check: String = "1", version: Int64 = 1, until: String = "2027-02-01",
        policy: String = "credit"
    ) async throws -> Paper {
        try await house.governance.proposeWaiver(
            model: "loans", version: version,
            [
                "policy": .string(policy), "check": .string(check), "reason": "a recall of the old one",
                "compensating_control": "each refusal is looked at", "until": .string(until),
            ], by: principal)
    }

    @Test func twoPeopleLetAVersionInAndTheEntrySaysSo() async throws {
        try await withUnfairVersion { house, version in
            let waiver = try await propose(house, by: house.vera)
            #expect(waiver.text("check") == "fairness.demographic_parity_difference on race" && waiver.record.state == "proposed")
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let same = await refusal(.permissionDenied) {
                _ = try await house.governance.confirmWaiver(id: waiver.record.id, by: house.vera)
            }
            #expect(same.contains("takes a second person"), "\(same)")
            _ = try await house.governance.confirmWaiver(id: waiver.record.id, by: house.cleo)
            // They approved before anything was waived.
            let bound = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(bound.contains("waivers"), "\(bound)")
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
            let entries = try await house.house.entries()
            #expect(entries.last?.payload?["gate"]?["decision"]?.string == "waived")
            let reasons = entries.last?.payload?["gate"]?["policies"]?.array?.first?["reasons"]?.array ?? []
            let text = reasons.first { $0["decision"]?.string == "waived" }?["text"]?.string ?? ""
            #expect(text.contains("waived until 2027-02-01T00:00:00Z by vera and cleo: a recall of the old one"), "\(text)")
        }
    }

    @Test func neitherAuthorsNorThePublisherNorOneAlone() async throws {
        try await withUnfairVersion { house, version in
            for (principal, words) in [(house.petra, "published this policy"), (house.otto, "permission 'waive'")] {
                let text = await refusal(.permissionDenied) { _ = try await propose(house, by: principal) }
                #expect(text.contains(words), "\(text)")
            }
            let waiver = try await propose(house, by: house.vera)
            for principal in [house.petra, house.otto, house.adam, .localOperator, .anonymous] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.governance.confirmWaiver(id: waiver.record.id, by: principal)
                }
            }
            // ana may waive, and logged the files of version 2.
            _ = try await house.register(house.logModel(gap: "0.4", by: house.ana), by: house.otto)
            let author = await refusal(.permissionDenied) { _ = try await propose(house, by: house.ana, version: 2) }
            #expect(author.contains("author of this version"), "\(author)")
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
        }
    }

    @Test func aWaiverEndsByTimeByRevocationAndByAnotherPolicy() async throws {
        for way in 0..<3 {
            try await withUnfairVersion { house, version in
                let waiver = try await propose(house, by: house.vera)
                _ = try await house.governance.confirmWaiver(id: waiver.record.id, by: house.cleo)
                switch way {
                case 0: house.house.advance(milliseconds: 20 * Self.day)
                case 1: _ = try await house.governance.revokeWaiver(id: waiver.record.id, reason: "no longer needed", by: house.cleo)
                default: try await house.publish(GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"2\""))
                }
                _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
                #expect(try await house.stage(version) == ModelStage.none)
            }
        }
    }

    @Test func theSecondPersonComesInTimeAndToTheSamePolicy() async throws {
        try await withUnfairVersion { house, _ in
            let late = try await propose(house, by: house.vera)
            house.house.advance(milliseconds: 14 * Self.day)
            _ = await refusal(.conflict) { _ = try await house.governance.confirmWaiver(id: late.record.id, by: house.cleo) }
            let other = try await propose(house, by: house.vera)
            try await house.publish(GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"2\""))
            let text = await refusal(.conflict) { _ = try await house.governance.confirmWaiver(id: other.record.id, by: house.cleo) }
            #expect(text.contains("Another version of the policy credit"), "\(text)")
        }
    }

    @Test func whatCannotBeWaivedIsNot() async throws {
        let fast = GovernedHouse.policy.replacing("max: 0.1}", with: "max: 0.1, waivable: false}")
        try await withUnfairVersion(policy: fast) { house, _ in
            let text = await refusal(.conflict) { _ = try await propose(house, by: house.vera) }
            #expect(text.contains("nobody can waive"), "\(text)")
        }
        try await withUnfairVersion { house, _ in
            _ = await refusal(.notFound) { _ = try await propose(house, by: house.vera, check: "approvals") }
            _ = await refusal(.notFound) { _ = try await propose(house, by: house.vera, check: "2") }
            _ = await refusal(.notFound) { _ = try await propose(house, by: house.vera, policy: "other") }
            for until in ["2027-01-01", "2027-06-01"] {
                _ = await refusal(.invalidArgument) { _ = try await propose(house, by: house.vera, until: until) }
            }
        }
    }
}
