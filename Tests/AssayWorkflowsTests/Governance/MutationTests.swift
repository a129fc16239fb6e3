import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Rules about tags and aliases, held at every call that changes one.
@Suite struct MutationTests {
    private static let policy = """
        assay: policy/v1
        name: tags
        version: "1"
        applies-to: {models: ["loan*"]}
        mutations:
          - {role: data_scientist, type: registered-model, request: "alias != 'blue' AND tag_key != 'owner'"}
          - {role: data_scientist, type: model-version, request: "tag_key != 'reviewed'", resource: "tags.frozen != 'yes'"}
        """

    @Test func everyCallAsks() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let cases = house.useCases
            try await cases.setTag(KeyValue(key: "owner", value: "otto"), ofModelNamed: "loans", by: house.otto)
            try await cases.setAlias("blue", ofModelNamed: "loans", to: 1, by: house.otto)
            try await house.publish(Self.policy)
            let stopped: [() async throws -> Void] = [
                { try await cases.setTag(KeyValue(key: "owner", value: "x"), ofModelNamed: "loans", by: house.otto) },
                { try await cases.deleteTag("owner", ofModelNamed: "loans", by: house.otto) },
                { try await cases.deleteAlias("blue", ofModelNamed: "loans", by: house.otto) },
                { try await cases.setTag(KeyValue(key: "reviewed", value: "x"), ofVersion: 1, modelNamed: "loans", by: house.otto) },
                // Nobody named may do no more.
                { try await cases.setTag(KeyValue(key: "owner", value: "x"), ofModelNamed: "loans", by: .anonymous) },
            ]
            for (index, act) in stopped.enumerated() {
                #expect(await refusal(.permissionDenied) { try await act() }.contains("tags 1"), "\(index)")
            }
            try await cases.setTag(KeyValue(key: "frozen", value: "yes"), ofVersion: 1, modelNamed: "loans", by: house.otto)
            _ = await refusal(.permissionDenied) { try await cases.deleteTag("frozen", ofVersion: 1, modelNamed: "loans", by: house.otto) }
            _ = await refusal(.permissionDenied) { try await cases.setTag(KeyValue(key: "a", value: "b"), ofVersion: 1, modelNamed: "loans", by: house.otto) }
            // What is there already is no change, and other people are not bound.
            try await cases.setTag(KeyValue(key: "owner", value: "otto"), ofModelNamed: "loans", by: house.otto)
            try await cases.setTag(KeyValue(key: "owner", value: "vera"), ofModelNamed: "loans", by: house.adam)
            try await cases.deleteAlias("blue", ofModelNamed: "loans", by: house.adam)
            _ = await refusal(.permissionDenied) { try await cases.setAlias("blue", ofModelNamed: "loans", to: 1, by: house.otto) }
            try await cases.setAlias("green", ofModelNamed: "loans", to: 1, by: house.otto)
            #expect(try await house.house.store.read { try $0.modelVersion(id: version.id)?.aliases } == ["green"])
        }
    }

    private func publishMisspelt(_ house: GovernedHouse) async throws -> Governance.Publication {
        let text = Self.policy.replacing("version: \"1\"", with: "version: \"2\"").replacing("role: data_scientist", with: "role: data-scientist")
        return try await house.governance.publish(Array(text.utf8), by: house.petra)
    }

    @Test func otherNamesAndOtherWordsAreNoWayAround() async throws {
        try await GovernedHouse.with { house in
            _ = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.publish(Self.policy)
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "zzz", by: house.otto)
            let cases = house.useCases
            let otto = house.otto
            _ = await refusal(.permissionDenied) { try await cases.setTag(KeyValue(key: "owner", value: "x"), ofModelNamed: "zzz", by: otto) }
            _ = await refusal(.permissionDenied) { try await cases.setAlias("BLUE", ofModelNamed: "zzz", to: 1, by: otto) }
            let text = await refusal(.invalidArgument) { _ = try await publishMisspelt(house) }
            #expect(text.contains("no role 'data-scientist'"))
        }
    }
}
