import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Versions that a policy names: scored on the candidate's rows, whoever sees them.
@Suite struct NamedBaselineTests {
    private static func policy(_ against: String, _ more: String = "") -> String {
        GovernedHouse.policy.replacing(
            "max: 0.1}", with: "against: \"\(against)\", max-drop: 0.02\(more)}").replacing("loan*", with: "loans")
    }

    private func refusal(_ house: GovernedHouse, _ version: ModelVersion) async -> String {
        await AssayWorkflowsTests.refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
    }

    @Test func anotherModelIsScoredOnTheSameRowsAndNotTold() async throws {
        try await GovernedHouse.with { house in
            let fraud = try await house.register(house.logModel(gap: "0.0311", table: "other rows", by: house.otto), as: "fraud", by: house.otto)
            guard case .frozen(let manifest) = fraud.content else { throw AssayError(.conflict, "not frozen") }
            let pinned = "models:/fraud/1@sha256:\(manifest.hex)"
            for (text, words) in [
                ("models:/fraud/1", pinned), ("models:/fraud/2", "there is no such version"),
                ("models:/fraud/1@sha256:" + String(repeating: "0", count: 64), manifest.hex),
            ] {
                let refused = await AssayWorkflowsTests.refusal(.invalidArgument) { try await house.publish(Self.policy(text)) }
                #expect(refused.contains(words), "\(refused)")
            }
            try await house.publish(Self.policy(pinned))
            let good = try await house.register(house.logModel(gap: "0.05", by: house.ana), by: house.ana)
            #expect(await refusal(house, good).contains("its evidence is being computed"))
            try await house.work()
            let met = await refusal(house, good)
            #expect(!met.contains("demographic_parity_difference on race is 0.05;"), "only approvals are missing: \(met)")
            let bad = try await house.register(house.logModel(gap: "0.0512", by: house.ana), by: house.ana)
            try await house.work()
            let broken = await refusal(house, bad)
            #expect(broken.contains("the limit is max-drop 0.02 against models:/fraud/1; the values of models:/fraud/1 are not told here"), "\(broken)")
            let request = try #require(try await house.governance.requests(state: .open, model: "loans", limit: 10).first { $0.version == 2 })
            #expect(!broken.contains("0.0311") && !String(decoding: request.detail, as: UTF8.self).contains("0.0311"))
        }
    }

    @Test func ofOnesOwnModelByAlias() async throws {
        try await GovernedHouse.with { house in
            let first = try await house.register(house.logModel(gap: "0.03", by: house.ana), by: house.ana)
            try await house.publish(Self.policy("models:/loans@best", ", if-none: pass"))
            try await house.work()
            let second = try await house.register(house.logModel(gap: "0.06", by: house.ana), by: house.ana)
            try await house.work()
            #expect(await !refusal(house, second).contains("max-drop"), "there is no alias yet, and that passes")
            _ = try await house.useCases.setAlias("best", ofModelNamed: "loans", to: first.number, by: house.otto)
            #expect(await refusal(house, second).contains("no policy gates that alias"))
            let gated = Self.policy("models:/loans@best", ", if-none: pass").replacing("[champion]", with: "[champion, best]")
            try await house.publish(gated.replacing("version: \"1\"", with: "version: \"2\""))
            _ = await refusal(house, second)
            try await house.work()
            #expect(await refusal(house, second).contains("the limit is max-drop 0.02 against 0.03 of models:/loans@best"))
            #expect(await refusal(house, first).contains("models:/loans@best is this version itself or has the same files"))
        }
    }

    @Test func aVersionThatIsNotThere() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(Self.policy("models:/nowhere@best"))
            let version = try await house.register(house.logModel(gap: "0.03", by: house.ana), by: house.ana)
            try await house.work()
            #expect(await refusal(house, version).contains("models:/nowhere@best is no version that is there"))
        }
    }

    /// A slice is a job of its own, and evidence of all rows does not answer for it.
    @Test func partsOfTheRowsAreJobsOfTheirOwn() async throws {
        try await GovernedHouse.with { house in
            try await house.publish(
                GovernedHouse.policy.replacing(
                    "approvals:", with: "  - {id: fairness.demographic_parity_difference, column: race, max: 0.1, slice: age >= 60}\napprovals:"))
            let version = try await house.register(house.logModel(gap: "0.03", by: house.ana), by: house.ana)
            let jobs = try await house.governance.evidence(model: "loans", version: 1).jobs
            #expect(jobs.count == 2)
            try await house.work()
            let rows = try await house.governance.envelopes(model: "loans", version: 1).map { $0.parameters["rows"] }
            #expect(rows.count == 2 && rows.contains(nil) && rows.contains(.text("age >= 60")))
            #expect(await !refusal(house, version).contains("demographic_parity"))
        }
    }
}
