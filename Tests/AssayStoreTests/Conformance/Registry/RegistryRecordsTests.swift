import AssayStore
import AssayTerms
import Testing

/// The registry's records: names, numbers, aliases and stages behave as MLflow's, and what a version is never changes.
@Suite(.everyDriver) struct RegistryRecordsTests {
    static func model(_ name: Text, id: String? = nil, tags: [KeyValue] = []) -> RegisteredModel {
        RegisteredModel(
            id: id ?? "id-\(name)", name: name, description: nil, creationTime: 1, lastUpdateTime: 1, tags: tags)
    }

    static func version(_ number: Int64, of model: RegisteredModel, frozen: Bool = false, runID: Text = "r") -> ModelVersion {
        guard let digest = SHA256Digest(bytes: Array(repeating: 7, count: 32)) else { preconditionFailure("32 bytes") }
        return ModelVersion(
            id: "\(model.id)-\(number)", modelID: model.id, modelName: model.name, number: number,
            description: "", stage: .none, source: "models:/m-1", runID: runID, runLink: "", loggedModelID: "m-1",
            creationTime: number, lastUpdateTime: number,
            content: frozen
                ? .frozen(manifest: digest)
                : .unfrozen(reason: "elsewhere"),
            authors: ModelAuthors(logged: nil, run: "r", registered: "anonymous"))
    }

    @Test func aModelComesBackAsItWentIn() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a", tags: [KeyValue(key: "k", value: "v")])
            try await store.write { try $0.insertRegisteredModel(model) }
            let read = try await store.read { try $0.registeredModel(named: "a") }
            #expect(read == model)
            #expect(try await store.read { try $0.registeredModel(named: "A") } == nil)
            await #expect(throws: AssayError.self) {
                try await store.write { try $0.insertRegisteredModel(Self.model("a", id: "other")) }
            }
        }
    }

    @Test func aVersionComesBackAsItWentIn() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            let versions = [Self.version(1, of: model), Self.version(2, of: model, frozen: true)]
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                try tx.insertModelVersion(versions[0], manifest: nil)
                try tx.insertModelVersion(versions[1], manifest: [1, 2, 3])
            }
            let (first, second, byID, manifest, none) = try await store.read { tx in
                try (
                    tx.modelVersion(1, ofModelNamed: "a"), tx.modelVersion(2, ofModelNamed: "a"),
                    tx.modelVersion(id: versions[1].id), tx.manifest(ofVersion: versions[1].id),
                    tx.manifest(ofVersion: versions[0].id)
                )
            }
            #expect(first == versions[0])
            #expect(second == versions[1])
            #expect(byID == versions[1])
            #expect(manifest == [1, 2, 3])
            #expect(none == nil)
            let from = try await store.read { try $0.versions(fromLoggedModel: "m-1").map(\.number) }
            #expect(from == [1, 2])
        }
    }

    /// A frozen version needs its manifest, an unfrozen one has none: anything else does not enter.
    @Test func contentAndManifestBelongTogether() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            try await store.write { try $0.insertRegisteredModel(model) }
            for (frozen, manifest) in [(true, nil), (false, [UInt8]([1]))] as [(Bool, [UInt8]?)] {
                await #expect(throws: (any Error).self) {
                    try await store.write {
                        try $0.insertModelVersion(Self.version(1, of: model, frozen: frozen), manifest: manifest)
                    }
                }
            }
        }
    }

    @Test func numbersAreNeverGivenTwice() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                for number in 1...3 as ClosedRange<Int64> {
                    #expect(try tx.nextVersionNumber(ofModel: model.id) == number)
                    try tx.insertModelVersion(Self.version(number, of: model), manifest: nil)
                }
                try tx.deleteModelVersion(id: "\(model.id)-3", at: 9)
            }
            #expect(try await store.read { try $0.modelVersion(3, ofModelNamed: "a") } == nil)
            #expect(try await store.read { try $0.isDeleted(versionID: "id-a-3") } == true)
            #expect(try await store.write { try $0.nextVersionNumber(ofModel: model.id) } == 4)
            #expect(try await store.read { try $0.modelVersions(ofModel: model.id).map(\.number) } == [1, 2])
        }
    }

    @Test func deletingFreesTheNameAndKeepsTheHistory() async throws {
        try await withTemporaryStore { store in
            let (old, new) = (Self.model("a", id: "old"), Self.model("a", id: "new"))
            try await store.write { tx in
                try tx.insertRegisteredModel(old)
                try tx.insertModelVersion(Self.version(1, of: old), manifest: nil)
                try tx.setAlias("champion", to: 1, ofModel: old.id)
                try tx.deleteRegisteredModel(id: old.id, at: 5)
            }
            #expect(try await store.read { try $0.registeredModel(named: "a") } == nil)
            #expect(try await store.read { try $0.modelVersion(1, ofModelNamed: "a") } == nil)
            #expect(try await store.read { try $0.version(ofAlias: "champion", modelID: old.id) } == nil)
            try await store.write { try $0.insertRegisteredModel(new) }
            #expect(try await store.write { try $0.nextVersionNumber(ofModel: new.id) } == 1)
            #expect(try await store.read { try $0.modelIDs(everNamed: "a") } == ["old", "new"])
            #expect(try await store.read { try $0.modelVersion(id: "old-1")?.number } == 1)
        }
    }

    @Test func aRenameCarriesEverythingAlong() async throws {
        try await withTemporaryStore { store in
            let (model, other) = (Self.model("a"), Self.model("b"))
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                try tx.insertRegisteredModel(other)
                try tx.insertModelVersion(Self.version(1, of: model), manifest: nil)
                try tx.setAlias("x", to: 1, ofModel: model.id)
                try tx.renameRegisteredModel(id: model.id, to: "c", at: 7)
            }
            let renamed = try await store.read { try $0.registeredModel(named: "c") }
            #expect(renamed?.id == model.id)
            #expect(renamed?.aliases == [ModelAlias(alias: "x", version: 1)])
            let version = try await store.read { try $0.modelVersion(1, ofModelNamed: "c") }
            #expect(version?.aliases == ["x"])
            #expect(version?.lastUpdateTime == 7)
            #expect(try await store.read { try $0.modelIDs(everNamed: "a") } == [model.id])
            await #expect(throws: AssayError.self) {
                try await store.write { try $0.renameRegisteredModel(id: model.id, to: "b", at: 8) }
            }
            try await store.write { try $0.renameRegisteredModel(id: model.id, to: "c", at: 9) }
        }
    }

    @Test func latestVersionsAreTheNewestOfEachStage() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                for (number, stage) in [(1, ModelStage.production), (2, .archived), (3, .production), (4, .none), (5, .none)] {
                    try tx.insertModelVersion(Self.version(Int64(number), of: model), manifest: nil)
                    try tx.setStage(stage, ofVersion: "\(model.id)-\(number)", at: 6)
                }
                try tx.deleteModelVersion(id: "\(model.id)-5", at: 6)
            }
            let latest = try await store.read { try $0.latestVersions(ofModel: model.id) }
            #expect(latest.map(\.number) == [3, 2, 4])
            #expect(latest.map(\.stage) == [.production, .archived, .none])
        }
    }

    @Test func anAliasPointsToOneVersionThatExists() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                try tx.insertModelVersion(Self.version(1, of: model), manifest: nil)
                try tx.insertModelVersion(Self.version(2, of: model), manifest: nil)
                try tx.setAlias("champion", to: 1, ofModel: model.id)
                try tx.setAlias("champion", to: 2, ofModel: model.id)
                try tx.setAlias("Champion", to: 1, ofModel: model.id)
            }
            #expect(try await store.read { try $0.version(ofAlias: "champion", modelID: model.id) } == 2)
            #expect(try await store.read { try $0.modelVersion(1, ofModelNamed: "a")?.aliases } == ["Champion"])
            await #expect(throws: (any Error).self) {
                try await store.write { try $0.setAlias("x", to: 3, ofModel: model.id) }
            }
            #expect(try await store.write { try $0.deleteAlias("champion", ofModel: model.id) } == true)
            #expect(try await store.write { try $0.deleteAlias("champion", ofModel: model.id) } == false)
            try await store.write { try $0.deleteModelVersion(id: "\(model.id)-1", at: 3) }
            #expect(try await store.read { try $0.registeredModel(named: "a")?.aliases } == [])
        }
    }

    @Test func tagsAreReplacedAndRemoved() async throws {
        try await withTemporaryStore { store in
            let model = Self.model("a")
            try await store.write { tx in
                try tx.insertRegisteredModel(model)
                try tx.insertModelVersion(Self.version(1, of: model), manifest: nil)
                for value in ["1", "2"] as [Text] {
                    try tx.setTag(KeyValue(key: "k", value: value), ofModel: model.id)
                    try tx.setTag(KeyValue(key: "k", value: value), ofVersion: "\(model.id)-1")
                }
            }
            let tags = [KeyValue(key: "k", value: "2")]
            #expect(try await store.read { try $0.registeredModel(named: "a")?.tags } == tags)
            #expect(try await store.read { try $0.modelVersion(1, ofModelNamed: "a")?.tags } == tags)
            #expect(try await store.write { try $0.deleteTag("k", ofModel: model.id) } == true)
            #expect(try await store.write { try $0.deleteTag("k", ofVersion: "\(model.id)-1") } == true)
            #expect(try await store.write { try $0.deleteTag("k", ofVersion: "\(model.id)-1") } == false)
        }
    }

    // MARK: - Search

    private func populated(_ body: (any Store) async throws -> Void) async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                for (index, name) in (["alpha", "beta", "Gamma"] as [Text]).enumerated() {
                    let model = RegisteredModel(
                        id: "id-\(name)", name: name, description: nil, creationTime: 1,
                        lastUpdateTime: Int64(10 - index), tags: [KeyValue(key: "team", value: name)])
                    try tx.insertRegisteredModel(model)
                    for number in 1...2 as ClosedRange<Int64> {
                        try tx.insertModelVersion(Self.version(number, of: model, runID: Text("run-\(number)")), manifest: nil)
                        try tx.setTag(KeyValue(key: "n", value: Text("\(number)")), ofVersion: "\(model.id)-\(number)")
                    }
                }
                try tx.insertRegisteredModel(
                    Self.model("prompt", tags: [KeyValue(key: "mlflow.prompt.is_prompt", value: "true")]))
                try tx.insertRegisteredModel(Self.model("gone"))
                try tx.deleteRegisteredModel(id: "id-gone", at: 2)
            }
            try await body(store)
        }
    }

    @Test func modelsAreSearchedByNameAndTag() async throws {
        try await populated { store in
            let cases: [(SearchEntity, Text, SearchComparator, SearchValue, [Text])] = [
                (.attribute, "name", .equal, .text("beta"), ["beta"]),
                (.attribute, "name", .notEqual, .text("beta"), ["Gamma", "alpha"]),
                (.attribute, "name", .like, .text("%a"), ["Gamma", "alpha", "beta"]),
                (.attribute, "name", .like, .text("g%"), []),
                (.attribute, "name", .ilike, .text("g%"), ["Gamma"]),
                (.attribute, "name", .isIn, .list(["alpha", "gone", "prompt"]), ["alpha"]),
                (.tag, "team", .equal, .text("alpha"), ["alpha"]),
                (.tag, "team", .notEqual, .text("alpha"), ["Gamma", "beta"]),
                (.tag, "none", .equal, .text("alpha"), []),
            ]
            for (entity, key, comparator, value, expected) in cases {
                let clause = SearchClause(entity: entity, key: key, comparator: comparator, value: value)
                let found = try await store.read {
                    try $0.searchRegisteredModels(SearchQuery(clauses: [clause], limit: 10), prompts: false).items
                }
                #expect(found.map(\.name) == expected, "\(key) \(comparator.rawValue)")
            }
            let prompts = try await store.read { try $0.searchRegisteredModels(SearchQuery(limit: 9), prompts: true).items }
            #expect(prompts.map(\.name) == ["prompt"])
            let newest = SearchOrder(entity: .attribute, key: "last_updated_timestamp", ascending: false)
            let sorted = try await store.read {
                try $0.searchRegisteredModels(SearchQuery(order: [newest], limit: 10), prompts: false).items
            }
            #expect(sorted.map(\.name) == ["alpha", "beta", "Gamma"])
        }
    }

    @Test func versionsAreSearchedByNumberRunAndTag() async throws {
        try await populated { store in
            let cases: [(SearchEntity, Text, SearchComparator, SearchValue, [String])] = [
                (.attribute, "name", .equal, .text("beta"), ["beta 2", "beta 1"]),
                (.attribute, "version_number", .greater, .integer(1), ["Gamma 2", "alpha 2", "beta 2"]),
                (.attribute, "run_id", .equal, .text("run-1"), ["Gamma 1", "alpha 1", "beta 1"]),
                (.attribute, "run_id", .isIn, .list(["x"]), []),
                (.attribute, "source_path", .equal, .text("models:/m-1"), ["Gamma 2", "Gamma 1", "alpha 2", "alpha 1", "beta 2", "beta 1"]),
                (.tag, "n", .equal, .text("2"), ["Gamma 2", "alpha 2", "beta 2"]),
            ]
            for (entity, key, comparator, value, expected) in cases {
                let clause = SearchClause(entity: entity, key: key, comparator: comparator, value: value)
                let found = try await store.read {
                    try $0.searchModelVersions(SearchQuery(clauses: [clause], limit: 10), prompts: false).items
                }
                #expect(found.map { "\($0.modelName) \($0.number)" } == expected, "\(key) \(comparator.rawValue)")
            }
        }
    }

    @Test func pagesNeitherRepeatNorSkip() async throws {
        try await populated { store in
            for limit in 1...7 {
                var seen: [String] = []
                var after: SearchPosition?
                repeat {
                    let query = SearchQuery(limit: limit, after: after)
                    let page = try await store.read { try $0.searchModelVersions(query, prompts: false) }
                    #expect(page.items.count <= limit)
                    seen += page.items.map { "\($0.modelName) \($0.number)" }
                    after = page.next
                } while after != nil
                #expect(seen == ["Gamma 2", "Gamma 1", "alpha 2", "alpha 1", "beta 2", "beta 1"])
            }
        }
    }
}
