import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Why a model is built as it is, said by those who build it.
@Suite struct DecisionTests {
    @Test func decisionsAreShownWithTheVersionTheyAreAbout() async throws {
        try await GovernedHouse.with { house in
            for gap in ["0.04", "0.03"] { _ = try await house.register(house.logModel(gap: gap, by: house.otto), by: house.otto) }
            func decide(_ topic: String, _ title: String, version: Int64?, supersedes: String? = nil) async throws -> Paper {
                var members: JSONObject = [
                    "topic": .string(topic), "title": .string(title), "reasons": "r", "alternatives": ["another one"],
                ]
                members["supersedes"] = supersedes.map { .string($0) }
                return try await house.governance.recordDecision(
                    about: PaperAddress(model: "loans", version: version), members, by: house.otto)
            }
            let trees = try await decide("algorithm", "trees", version: nil)
            _ = try await decide("features", "no postcode", version: 1)
            _ = try await decide("features", "no age", version: 2)
            func titles(_ version: Int64) async throws -> [String] {
                try await house.governance.decisions(ofVersion: version, ofModel: "loans").compactMap { $0.text("title") }
            }
            #expect(try await titles(1) == ["trees", "no postcode"])
            #expect(try await titles(2) == ["trees", "no age"])
            _ = try await decide("algorithm", "a line", version: nil, supersedes: trees.record.id)
            #expect(try await titles(1) == ["no postcode", "a line"])
            _ = await refusal(.conflict) { _ = try await decide("algorithm", "trees", version: nil, supersedes: trees.record.id) }
            _ = await refusal(.invalidArgument) { _ = try await decide("mood", "m", version: nil) }
            _ = await refusal(.permissionDenied) {
                _ = try await house.governance.recordDecision(
                    about: PaperAddress(model: "loans"), ["topic": "data", "title": "t", "reasons": "r"], by: house.cleo)
            }
            _ = await refusal(.invalidArgument) {
                _ = try await house.governance.recordDecision(
                    about: PaperAddress(), ["topic": "data", "title": "t", "reasons": "r"], by: house.otto)
            }
        }
    }
}
