import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Nobody eases a policy and then approves under it.
@Suite struct PublisherTests {
    private func text(version: String, _ change: (String) -> String = { $0 }) -> String {
        change(GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"\(version)\""))
    }

    @Test func anOlderVersionDoesNotComeAfterANewerOne() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(text(version: "1.9"))
            for older in ["0.5", "1", "1.09", "1.8.9"] {
                let said = await refusal(.conflict) { try await house.publish(text(version: older)) }
                #expect(said.contains("newest published version of credit is 1.9"), "\(said)")
            }
            try await house.publish(text(version: "1.10"))
            // The same text of an older version is still no news, and the newer stays in force.
            try await house.publish(text(version: "1.9"))
            _ = await refusal(.conflict) { try await house.publish(text(version: "1.9.1")) }
            #expect(try await house.governance.policies().map(\.version) == ["1.9", "1.10"])
            // Another policy counts for itself.
            try await house.publish(text(version: "0.1") { $0.replacing("name: credit", with: "name: other") })
            #expect(try await house.house.kinds().filter { $0 == "policy.published" }.count == 3)
        }
    }

    @Test(arguments: [true, false])
    func thePublisherFillsNoPlace(separation: Bool) async throws {
        try await GovernedHouse.with { house in
            let eased = "assay: policy/v1\nname: credit\nversion: \"2\"\n"
                + "applies-to: {models: [\"loan*\"], stages: [Production]}\n"
                + "approvals: [{role: validator, count: 1}]\nseparation-of-duties: \(separation)\n"
            try await house.publish()
            // Somebody else confirms it, and it is vera's rule all the same.
            let waiting = try #require(try await house.governance.publish(Array(eased.utf8), by: house.vera).waiting)
            _ = try await house.useCases.confirmProposal(id: waiting.id, by: house.cleo)
            let version = try await house.register(house.logModel(gap: "0.9", by: house.otto), by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let said = await refusal(.permissionDenied) { try await house.approve(house.openRequest(), by: house.vera) }
            #expect(said.contains("vera published this policy and cannot approve under it"), "\(said)")
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            // Who published the version before has no part in this one.
            try await house.approve(house.openRequest(), by: house.petra)
            try await house.promote(version, by: house.otto)
        }
    }

    /// Where several policies apply, the publisher of one may approve under the others only.
    @Test func thePublisherOfOnePolicyCountsForAnother() async throws {
        try await GovernedHouse.with { house in
            let other = "assay: policy/v1\nname: NAME\nversion: \"1\"\n"
                + "applies-to: {models: [\"loan*\"], stages: [Production]}\napprovals: [{role: validator, count: 1}]\n"
            for (name, publisher) in [("first", house.petra), ("second", house.vera)] {
                _ = try await house.governance.publish(Array(other.replacing("NAME", with: name).utf8), by: publisher)
            }
            let version = try await house.register(house.logModel(gap: "0.9", by: house.otto), by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("vera published this policy and cannot approve under it"), "\(text)")
            try await house.approve(house.openRequest(), by: house.petra)
            try await house.promote(version, by: house.otto)
        }
    }
}
