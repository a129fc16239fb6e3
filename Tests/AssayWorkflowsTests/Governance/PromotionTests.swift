import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// The way of a version through the gate: refused with every unmet requirement, then evidence, approvals, one entry.
@Suite struct PromotionTests {
    @Test func withoutAPolicyTheRegistryIsMLflows() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.9", by: .anonymous), by: .anonymous)
            try await house.promote(version, by: .anonymous)
            #expect(try await house.stage(version) == .production)
            let entry = try #require(try await house.house.entries().last)
            #expect(entry.kind == "stage.changed")
            #expect(entry.payload?["gate"]?["basis"]?.string == "no-policy")
            #expect(try await house.governance.requests(state: nil, model: nil, limit: 10).isEmpty)
        }
    }

    @Test func aRefusalNamesWhatIsMissingAndIsKeptOnce() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.2333", by: house.otto), by: house.otto)
            let pending = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(pending.contains("/api/assay/v1/jobs/"))
            try await house.work()
            var text = ""
            for _ in 0..<3 {
                text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            }
            for part in [
                "fairness.demographic_parity_difference on race is 0.2333", "max 0.1", "0.1833", "black", "white",
                "recomputed", "approvals by validator: 0 of 1", "approvals by compliance: 0 of 1", "chosen by the author",
            ] { #expect(text.contains(part), "\(part) in \(text)") }
            #expect(try await house.stage(version) == ModelStage.none)
            let request = try await house.openRequest()
            #expect(request.asked == 4 && request.decision == .fail)
            // One entry when it was opened, one when the evidence came.
            #expect(try await house.house.kinds().filter { $0 == "request.decided" }.count == 2)
        }
    }

    @Test func evidenceAndTwoApprovalsLetAVersionIn() async throws {
        try await GovernedHouse.with { house in
            var old: [ModelVersion] = []
            for gap in ["0.3", "0.2"] {
                let version = try await house.register(house.logModel(gap: gap, by: house.otto), by: house.otto)
                try await house.promote(version, archiving: false, by: house.otto)
                old.append(version)
            }
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.carryThrough(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
            for version in old { #expect(try await house.stage(version) == .archived) }

            let changes = try await house.house.entries().filter { $0.kind == "stage.changed" }
            #expect(changes.count == 3)
            let gate = try #require(changes.last?.payload?["gate"])
            #expect(gate["decision"]?.string == "pass")
            #expect(gate["claims"]?.array?.count == 1)
            #expect(gate["approvals"]?.array?.count == 2)
            #expect(Set(gate["approvers"]?.array?.compactMap(\.string) ?? []) == [house.vera.id, house.cleo.id])
            #expect(try await house.governance.requests(state: .promoted, model: "loans", limit: 10).count == 1)

            let statement = try DSSEEnvelope(
                json: await house.governance.deploymentStatement(model: "loans", version: 3))
            #expect(statement.isSigned(by: house.key.verificationKey))
            let predicate = try JSONValue(parsing: statement.payload)["predicate"]
            #expect(predicate?["files"]?.array?.count == 2)
            #expect(predicate?["places"]?.array?.first?["decision"]?.string == "pass")
            #expect(predicate?["manifest_digest"]?.string == version.content.manifestDigest?.hex)
            // Version 1 was let in without a policy and holds nothing any more.
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.deploymentStatement(model: "loans", version: 1)
            }
        }
    }

    @Test func fromTheFirstPolicyOnOthersMeetTheDefault() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(
                house.logModel(gap: "0.9", by: house.otto), as: "churn", by: house.otto)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("organisation-default"))
            // A place that nothing protects stays free.
            try await house.useCases.setAlias("candidate", ofModelNamed: "churn", to: 1, by: .anonymous)
            try await house.approve(house.openRequest("churn"), by: house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func requirePolicyHoldsFromTheStart() async throws {
        try await GovernedHouse.with(requiresPolicy: true) { house in
            let version = try await house.register(house.logModel(gap: "0", by: house.otto), by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            _ = await refusal(.permissionDenied) {
                try await house.useCases.setAlias("Champion", ofModelNamed: "loans", to: 1, by: house.otto)
            }
        }
    }

    @Test func publishingAsksForEvidenceOfWhatIsThere() async throws {
        try await GovernedHouse.with { house in
            var versions: [ModelVersion] = []
            for gap in ["0.1", "0.2", "0.3"] {
                versions.append(try await house.register(house.logModel(gap: gap, by: house.otto), by: house.otto))
            }
            _ = try await house.useCases.moveVersion(
                1, ofModelNamed: "loans", to: .archived, archivingOthers: false, by: house.otto)
            _ = try await house.register(house.logModel(gap: "0.4", by: house.otto), as: "churn", by: house.otto)
            try await house.publish()
            try await house.work()
            var counts: [Int] = []
            for number in 1...3 {
                counts.append(try await house.governance.evidence(model: "loans", version: number).evidence.count)
            }
            #expect(counts == [0, 1, 1])
            #expect(try await house.governance.evidence(model: "churn", version: 1).jobs.isEmpty)
        }
    }

    @Test func aPublishedPolicyNeverChanges() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            try await house.publish()
            #expect(try await house.governance.policies().count == 1)
            let other = GovernedHouse.policy.replacing("max: 0.1", with: "max: 0.9")
            _ = await refusal(.alreadyExists) { try await house.publish(other) }
            let bad = GovernedHouse.policy.replacing("max: 0.1", with: "maximum: 0.9")
            let text = await refusal(.invalidArgument) { try await house.publish(bad) }
            #expect(text.contains("policy:7:"))
            let shadow = GovernedHouse.policy.replacing("name: credit", with: "name: organisation-default")
            _ = await refusal(.invalidArgument) { try await house.publish(shadow) }
            #expect(try await house.house.kinds().filter { $0 == "policy.published" }.count == 1)
        }
    }

    /// A newer version of a policy replaces the older; what was approved under the older is void.
    @Test func aNewPolicyVersionVoidsApprovals() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.publish(
                GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"2\"").replacing("0.1}", with: "0.05}"))
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("another policy"))
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.stage(version) == .production)
        }
    }

    @Test func aBaselineIsComparedOnTheSameRows() async throws {
        try await GovernedHouse.with { house in
            let text = GovernedHouse.policy
                .replacing("max: 0.1}", with: "against: production, max-drop: 0.02, if-none: pass}")
            try await house.publish(text)
            let first = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.carryThrough(first, by: house.otto)
            let worse = try await house.register(
                house.logModel(gap: "0.07", table: "other rows", by: house.otto), by: house.otto)
            try await house.work()
            let refused = await refusal(.permissionDenied) { try await house.promote(worse, by: house.otto) }
            #expect(refused.contains("against 0.04 in production"), "\(refused)")
            let near = try await house.register(
                house.logModel(gap: "0.06", table: "other rows", by: house.otto), by: house.otto)
            try await house.carryThrough(near, by: house.otto)
            #expect(try await house.stage(near) == .production)
        }
    }
}
