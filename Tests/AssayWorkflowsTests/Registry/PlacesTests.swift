import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Stages, aliases, names: MLflow's behaviour, one entry for each change, and nothing past the gate.
@Suite struct PlacesTests {
    private static let ana = Principal(userID: String(repeating: "a", count: 32), name: "Ana", roles: [.dataScientist])

    private func populate(_ house: House, versions: Int = 3) async throws {
        _ = try await house.useCases.createRegisteredModel(named: "m", tags: [], description: nil, by: Self.ana)
        for _ in 0..<versions {
            _ = try await house.useCases.createModelVersion(
                NewModelVersion(
                    modelName: "m", source: "s3://b/x", runID: nil, loggedModelID: nil, runLink: "", description: "",
                    tags: []), by: Self.ana)
        }
    }

    private func stages(_ house: House) async throws -> [ModelStage] {
        let page = try await house.useCases.searchModelVersions(
            SearchQuery(order: [SearchOrder(entity: .attribute, key: "version_number", ascending: true)], limit: 9),
            prompts: false)
        return page.items.map(\.stage)
    }

    @Test func archivingOthersIsOneEntry() async throws {
        try await House.with { house in
            try await populate(house)
            for number in 1...2 as ClosedRange<Int64> {
                _ = try await house.useCases.moveVersion(
                    number, ofModelNamed: "m", to: .production, archivingOthers: false, by: Self.ana)
            }
            #expect(try await stages(house) == [.production, .production, .none])
            let before = try await house.kinds().count
            let moved = try await house.useCases.moveVersion(
                3, ofModelNamed: "m", to: .production, archivingOthers: true, by: Self.ana)
            #expect(moved.stage == .production)
            #expect(try await stages(house) == [.archived, .archived, .production])
            let entries = try await house.entries()
            #expect(entries.count == before + 1)
            #expect(entries.last?.kind == "stage.changed")
            #expect(entries.last?.payload?["archived"] == [1, 2])
            #expect(entries.last?.payload?["from"] == "None")
            #expect(entries.last?.payload?["gate"]?["decision"] == "no-policy")
        }
    }

    @Test func stayingWhereOneIsNeedsNoEntry() async throws {
        try await House.with { house in
            try await populate(house)
            _ = try await house.useCases.moveVersion(1, ofModelNamed: "m", to: .staging, archivingOthers: true, by: Self.ana)
            try await house.useCases.setAlias("a", ofModelNamed: "m", to: 1, by: Self.ana)
            try await house.useCases.setTag(KeyValue(key: "k", value: "v"), ofModelNamed: "m", by: Self.ana)
            let before = try await house.kinds().count
            _ = try await house.useCases.moveVersion(1, ofModelNamed: "m", to: .staging, archivingOthers: true, by: Self.ana)
            try await house.useCases.setAlias("a", ofModelNamed: "m", to: 1, by: Self.ana)
            try await house.useCases.setTag(KeyValue(key: "k", value: "v"), ofModelNamed: "m", by: Self.ana)
            try await house.useCases.deleteTag("none", ofModelNamed: "m", by: Self.ana)
            try await house.useCases.deleteAlias("none", ofModelNamed: "m", by: Self.ana)
            #expect(try await house.kinds().count == before)
        }
    }

    @Test func onlyActiveStagesMakeRoom() async throws {
        try await House.with { house in
            try await populate(house)
            for stage in [ModelStage.none, .archived] {
                let message = await refusal(.invalidArgument) {
                    _ = try await house.useCases.moveVersion(1, ofModelNamed: "m", to: stage, archivingOthers: true, by: Self.ana)
                }
                #expect(message.contains("is not an Active stage"))
            }
            _ = await refusal(.notFound) {
                _ = try await house.useCases.moveVersion(9, ofModelNamed: "m", to: .staging, archivingOthers: false, by: Self.ana)
            }
        }
    }

    @Test func aliasesResolveAsInMLflow() async throws {
        try await House.with { house in
            try await populate(house)
            try await house.useCases.setAlias("champion", ofModelNamed: "m", to: 2, by: Self.ana)
            #expect(try await house.useCases.version(ofAlias: "champion", modelNamed: "m").number == 2)
            #expect(try await house.useCases.version(ofAlias: "LATEST", modelNamed: "m").number == 3)
            try await house.useCases.setAlias("champion", ofModelNamed: "m", to: 3, by: Self.ana)
            #expect(try await house.entries().last?.payload?["from"] == 2)
            _ = await refusal(.invalidArgument) { _ = try await house.useCases.version(ofAlias: "Champion", modelNamed: "m") }
            _ = await refusal(.notFound) { _ = try await house.useCases.version(ofAlias: "champion", modelNamed: "n") }
            try await house.useCases.deleteModelVersion(3, ofModelNamed: "m", by: Self.ana)
            _ = await refusal(.invalidArgument) { _ = try await house.useCases.version(ofAlias: "champion", modelNamed: "m") }
            #expect(try await house.useCases.version(ofAlias: "latest", modelNamed: "m").number == 2)
        }
    }

    /// Every change of places asks the gate; a refusal changes nothing and keeps what the gate wrote.
    @Test(arguments: Refusing.What.allCases.filter { $0 != .register })
    func aRefusalIsAnOutcome(_ what: Refusing.What) async throws {
        try await House.with { plain in
            try await populate(plain)
        }
        try await House.with(gate: Refusing(what)) { house in
            try await populate(house)
            // Places that the refused change would touch; the gate allows making them unless they are what it refuses.
            if what != .setAlias { try await house.useCases.setAlias("champion", ofModelNamed: "m", to: 1, by: Self.ana) }
            let before = try await house.kinds()
            let useCases = house.useCases
            let message = await refusal(.permissionDenied) {
                switch what {
                case .register: break
                case .moveToStage:
                    _ = try await useCases.moveVersion(1, ofModelNamed: "m", to: .production, archivingOthers: true, by: Self.ana)
                case .setAlias: try await useCases.setAlias("champion", ofModelNamed: "m", to: 1, by: Self.ana)
                case .deleteAlias: try await useCases.deleteAlias("champion", ofModelNamed: "m", by: Self.ana)
                case .rename: _ = try await useCases.renameRegisteredModel(named: "m", to: "n", by: Self.ana)
                case .deleteModel: try await useCases.deleteRegisteredModel(named: "m", by: Self.ana)
                case .deleteVersion: try await useCases.deleteModelVersion(1, ofModelNamed: "m", by: Self.ana)
                }
            }
            #expect(message == "not now")
            #expect(try await house.kinds() == before)
            #expect(try await house.store.read { try $0.metaValue("refusal") } == "kept")
            #expect(try await stages(house) == [.none, .none, .none])
            let model = try await useCases.registeredModel(named: "m").model
            #expect(model.aliases == (what == .setAlias ? [] : [ModelAlias(alias: "champion", version: 1)]))
        }
    }

    @Test func whatIsAllowedIsFinishedWithItsEntry() async throws {
        try await House.with(gate: Refusing(.deleteModel)) { house in
            try await populate(house)
            _ = try await house.useCases.moveVersion(1, ofModelNamed: "m", to: .production, archivingOthers: false, by: Self.ana)
            let last = try await house.entries().last
            #expect(last?.payload?["gate"]?["decision"] == "pass")
            #expect(try await house.store.read { try $0.metaValue("finished") } == last?.id)
        }
    }

    @Test func historyFollowsTheNameThroughEverything() async throws {
        try await House.with { house in
            try await populate(house, versions: 1)
            _ = try await house.useCases.describeRegisteredModel(named: "m", "words", by: Self.ana)
            _ = try await house.useCases.renameRegisteredModel(named: "m", to: "n", by: Self.ana)
            try await house.useCases.setAlias("a", ofModelNamed: "n", to: 1, by: Self.ana)
            try await house.useCases.deleteRegisteredModel(named: "n", by: Self.ana)
            _ = try await house.useCases.createRegisteredModel(named: "m", tags: [], description: nil, by: .anonymous)
            _ = try await house.useCases.createRegisteredModel(named: "other", tags: [], description: nil, by: .anonymous)
            let kinds = try await house.useCases.modelHistory("m").map(\.kind)
            #expect(
                kinds == [
                    "model.created", "version.registered", "model.described", "model.renamed", "alias.set",
                    "model.deleted", "model.created",
                ])
            #expect(try await house.useCases.modelHistory("n").map(\.kind) == Array(kinds.dropLast()))
            _ = await refusal(.notFound) { _ = try await house.useCases.modelHistory("nobody") }
        }
    }

    @Test func aNameIsNotTakenTwice() async throws {
        try await House.with { house in
            try await populate(house, versions: 1)
            _ = try await house.useCases.createRegisteredModel(named: "n", tags: [], description: nil, by: Self.ana)
            let message = await refusal(.alreadyExists) {
                _ = try await house.useCases.renameRegisteredModel(named: "n", to: "m", by: Self.ana)
            }
            #expect(message == "Registered Model (name=m) already exists.")
            _ = await refusal(.alreadyExists) {
                _ = try await house.useCases.createRegisteredModel(named: "m", tags: [], description: nil, by: Self.ana)
            }
            _ = try await house.useCases.renameRegisteredModel(named: "n", to: "n", by: Self.ana)
            try await house.useCases.deleteRegisteredModel(named: "m", by: Self.ana)
            let renamed = try await house.useCases.renameRegisteredModel(named: "n", to: "m", by: Self.ana)
            #expect(renamed.model.name == "m")
        }
    }
}
