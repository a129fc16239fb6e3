import AssayJSON
import AssayStore
package import AssayTerms

/// Registered models: names, descriptions, tags.
extension UseCases {
    /// A model with the newest version of each of its stages, as clients see it.
    package typealias ModelAndLatest = (model: RegisteredModel, latest: [ModelVersion])

    /// - Throws: `alreadyExists` if the name is taken.
    package func createRegisteredModel(
        named name: Text, tags: [KeyValue], description: Text?, by actor: Principal
    ) async throws -> RegisteredModel {
        let texts: [(Text?, String)] = [(name, "the name of a registered model"), (description, "the description of a registered model")]
        warn(try scan(tags, "tag") + scan(texts: texts), of: "a registered model")
        return try await store.write { tx in
            let now = effects.nowMilliseconds()
            let model = RegisteredModel(
                id: effects.newID(), name: name, description: description, creationTime: now, lastUpdateTime: now,
                tags: Self.lastOfEachKey(tags))
            try tx.insertRegisteredModel(model)
            try record(
                "model.created", about: model, by: actor,
                ["description": Self.json(description), "tags": Self.json(model.tags)], in: tx)
            try shareWithCreator(.model(model.id), actor, in: tx)
            return model
        }
    }

    /// - Throws: `notFound`.
    package func registeredModel(named name: Text) async throws -> ModelAndLatest {
        try await store.read { tx in
            let model = try tx.existingModel(named: name)
            try requireRecordedWhereGoverned([model], tx)
            return try Self.withLatest(model, tx)
        }
    }

    /// - Throws: `notFound`.
    package func describeRegisteredModel(
        named name: Text, _ description: Text?, by actor: Principal
    ) async throws -> ModelAndLatest {
        warn(try scan(texts: [(description, "the description of a registered model")]), of: "a registered model")
        return try await store.write { tx in
            let model = try tx.existingModel(named: name)
            try tx.setDescription(description, ofModel: model.id, at: effects.nowMilliseconds())
            if model.description != description {
                try record("model.described", about: model, by: actor, ["description": Self.json(description)], in: tx)
            }
            return try Self.withLatest(tx.existingModel(named: name), tx)
        }
    }

    /// - Throws: `notFound`; `alreadyExists` if the new name is taken; the gate's refusal.
    package func renameRegisteredModel(
        named name: Text, to newName: Text, by actor: Principal
    ) async throws -> ModelAndLatest {
        warn(try scan(texts: [(newName, "the name of a registered model")]), of: "a registered model")
        let outcome: Result<ModelAndLatest, AssayError> = try await store.write { tx in
            let model = try tx.existingModel(named: name)
            guard name != newName else {
                try tx.renameRegisteredModel(id: model.id, to: newName, at: effects.nowMilliseconds())
                return .success(try Self.withLatest(tx.existingModel(named: name), tx))
            }
            if try tx.registeredModel(named: newName) != nil {
                throw AssayError(.alreadyExists, "Registered Model (name=\(newName)) already exists.")
            }
            let change = RegistryChange.renameModel(model, to: newName, versions: try tx.modelVersions(ofModel: model.id))
            return try gated(change, by: actor, in: tx) { basis in
                try tx.renameRegisteredModel(id: model.id, to: newName, at: effects.nowMilliseconds())
                let entryID = try record(
                    "model.renamed", about: model, by: actor, ["to": .string(newName.string), "gate": basis], in: tx)
                return (try Self.withLatest(tx.existingModel(named: newName), tx), entryID)
            }
        }
        return try outcome.get()
    }

    /// - Throws: `notFound`; the gate's refusal.
    package func deleteRegisteredModel(named name: Text, by actor: Principal) async throws {
        let outcome: Result<Void, AssayError> = try await store.write { tx in
            let model = try tx.existingModel(named: name)
            let versions = try tx.modelVersions(ofModel: model.id)
            return try gated(.deleteModel(model, versions: versions), by: actor, in: tx) { basis in
                let voided = try closeRequests(ofModelNamed: name, versions: Set(versions.map(\.number)), besides: basis, tx)
                try tx.deleteRegisteredModel(id: model.id, at: effects.nowMilliseconds())
                let entryID = try record(
                    "model.deleted", about: model, by: actor,
                    ["versions": .array(versions.map { .integer($0.number) }), "gate": basis, "voided": voided], in: tx)
                return ((), entryID)
            }
        }
        try outcome.get()
    }

    /// - Throws: `notFound`.
    package func setTag(_ tag: KeyValue, ofModelNamed name: Text, by actor: Principal) async throws {
        warn(try scan([tag], "tag"), of: "a registered model")
        try await store.write { tx in
            let model = try tx.existingModel(named: name)
            guard !model.tags.contains(tag) else { return }
            try promotionGate.requireAllowed(.setModelTag(model, tag), by: actor, in: tx)
            try tx.setTag(tag, ofModel: model.id)
            try record("model.tag-set", about: model, by: actor, ["tag": Self.json([tag])], in: tx)
        }
    }

    /// A tag that is not there is no error.
    ///
    /// - Throws: `notFound` for the model.
    package func deleteTag(_ key: Text, ofModelNamed name: Text, by actor: Principal) async throws {
        try await store.write { tx in
            let model = try tx.existingModel(named: name)
            try promotionGate.requireAllowed(.deleteModelTag(model, key: key), by: actor, in: tx)
            guard try tx.deleteTag(key, ofModel: model.id) else { return }
            try record("model.tag-deleted", about: model, by: actor, ["key": .string(key.string)], in: tx)
        }
    }

    /// The newest version of each of `stages` (of all, if there are none), by number.
    ///
    /// - Throws: `notFound`.
    package func latestVersions(ofModelNamed name: Text, in stages: [ModelStage]) async throws -> [ModelVersion] {
        try await store.read { tx in
            let model = try tx.existingModel(named: name)
            try requireRecordedWhereGoverned([model], tx)
            return try tx.latestVersions(ofModel: model.id).filter { stages.isEmpty || stages.contains($0.stage) }
        }
    }

    package func searchRegisteredModels(
        _ query: SearchQuery, prompts: Bool
    ) async throws -> (models: [ModelAndLatest], next: SearchPosition?) {
        try await store.read { tx in
            let page = try tx.searchRegisteredModels(query, prompts: prompts)
            try requireRecordedWhereGoverned(page.items, tx)
            return (try page.items.map { try Self.withLatest($0, tx) }, page.next)
        }
    }

    static func withLatest(_ model: RegisteredModel, _ tx: any StoreSnapshot) throws -> ModelAndLatest {
        (model, try tx.latestVersions(ofModel: model.id))
    }

    /// Of equal keys the last one counts; sorted by key.
    static func lastOfEachKey(_ tags: [KeyValue]) -> [KeyValue] {
        var values: [Text: Text] = [:]
        for tag in tags { values[tag.key] = tag.value }
        return values.map { KeyValue(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
    }
}
