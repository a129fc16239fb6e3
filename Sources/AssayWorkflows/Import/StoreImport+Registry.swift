import AssayJSON
import AssayStore
import AssayTerms

extension StoreImport {
    func importRegistry() async throws {
        let page = try await store.read { _ in try source.registeredModels() }
        report.note(page.problems)
        var done: Int64 = 0
        for model in page.items {
            try await bring(model, namesAtSource: Set(page.items.map(\.name)))
            done += 1
            progress(ImportProgress(phase: .registry, done: done, total: Int64(page.items.count)))
        }
    }

    private func bring(_ model: SourceModel, namesAtSource: Set<Text>) async throws {
        let found = try await store.read { try find(model, namesAtSource, $0) }
        if case .taken = found {
            return report.note(
                Text("registered model '\(model.name)'"),
                "a model of that name is here already and was not imported from this store; the model was left out. Rename one of the two and import again")
        }
        // A model deleted here stays deleted; the verification says so.
        if case .deletedHere = found { return }
        let fromFolders = try await copyFolders(of: model, found)
        do {
            try await store.write { tx in
                // Renaming a model gives its versions the time of it, so whether they were changed here is asked before.
                let untouched = try untouchedVersions(of: found, tx)
                let modelID = try place(model, found, tx)
                let brought = try model.versions.compactMap {
                    try bring($0, of: model, modelID: modelID, files: fromFolders[$0.number] ?? [], untouched: untouched, tx)
                }
                try takePlaces(brought, of: model, tx)
            }
        } catch {
            await useCases.removeBlobs(fromFolders.values.flatMap { $0.compactMap(\.blob) })
            throw error
        }
    }

    // MARK: - The model

    enum FoundModel: Sendable {
        case new
        case imported(ImportedModel)
        /// A model made here has the name.
        case taken
        case deletedHere(ImportedModel)
    }

    /// A model is known by when it was made at the source; among several of the same moment by its name there.
    func find(_ model: SourceModel, _ namesAtSource: Set<Text>, _ tx: any StoreSnapshot) throws -> FoundModel {
        let candidates = try tx.importedModels(creationTime: model.creationTime)
        let renamed = candidates.filter { !namesAtSource.contains($0.sourceName) }
        if let noted = candidates.first(where: { $0.sourceName == model.name }) ?? (renamed.count == 1 ? renamed.first : nil) {
            return try tx.registeredModel(id: noted.modelID) == nil ? .deletedHere(noted) : .imported(noted)
        }
        return try tx.registeredModel(named: model.name) == nil ? .new : .taken
    }

    /// The numbers of the versions that are as the last import left them.
    private func untouchedVersions(of found: FoundModel, _ tx: any StoreSnapshot) throws -> Set<Int64> {
        guard case .imported(let noted) = found else { return [] }
        let untouched = try tx.modelVersions(ofModel: noted.modelID).filter {
            try tx.importedVersion($0.id)?.here == RecordParts($0).digest
        }
        return Set(untouched.map(\.number))
    }

    private func place(_ model: SourceModel, _ found: FoundModel, _ tx: any StoreTransaction) throws -> String {
        let digest = RecordParts(model).digest
        guard case .imported(let noted) = found else {
            let made = RegisteredModel(
                id: useCases.effects.newID(), name: model.name, description: model.description, creationTime: model.creationTime,
                lastUpdateTime: model.lastUpdateTime, tags: model.tags)
            try tx.insertRegisteredModel(made)
            try useCases.record(
                "model.imported", about: made, by: .localOperator,
                [
                    "source": .string(source.title.string), "created_ms": .integer(model.creationTime),
                    "description": UseCases.json(model.description), "tags": UseCases.json(model.tags),
                ], in: tx)
            try tx.noteImported(
                ImportedModel(modelID: made.id, creationTime: model.creationTime, sourceName: model.name, digest: digest))
            report.count(created: .registeredModels)
            return made.id
        }
        if noted.digest != digest {
            try update(model, noted, tx)
            try tx.noteImported(
                ImportedModel(modelID: noted.modelID, creationTime: model.creationTime, sourceName: model.name, digest: digest))
            report.count(updated: .registeredModels)
        }
        return noted.modelID
    }

    private func update(_ model: SourceModel, _ noted: ImportedModel, _ tx: any StoreTransaction) throws {
        guard let ours = try tx.registeredModel(id: noted.modelID) else { return }
        guard RecordParts(ours).digest == noted.digest else {
            for tag in model.tags where !ours.tags.contains(where: { $0.key == tag.key }) { try tx.setTag(tag, ofModel: ours.id) }
            return
        }
        if ours.name != model.name { try rename(ours, to: model, tx) }
        for tag in ours.tags where !model.tags.contains(where: { $0.key == tag.key }) { _ = try tx.deleteTag(tag.key, ofModel: ours.id) }
        for tag in model.tags { try tx.setTag(tag, ofModel: ours.id) }
        try tx.setDescription(model.description, ofModel: ours.id, at: model.lastUpdateTime)
        guard let now = try tx.registeredModel(id: ours.id) else { return }
        try useCases.record(
            "model.import-updated", about: now, by: .localOperator,
            ["description": UseCases.json(now.description), "tags": UseCases.json(now.tags)], in: tx)
    }

    /// Renamed at its source; the gate is asked, because policies select by names.
    private func rename(_ ours: RegisteredModel, to model: SourceModel, _ tx: any StoreTransaction) throws {
        guard try tx.registeredModel(named: model.name) == nil else {
            return report.note(
                Text("registered model '\(model.name)'"), "it was renamed from '\(ours.name)', and the new name is taken here; it keeps the old one")
        }
        let change = RegistryChange.renameModel(ours, to: model.name, versions: try tx.modelVersions(ofModel: ours.id))
        let outcome: Result<Void, AssayError> = try useCases.gated(change, by: .localOperator, in: tx) { basis in
            try tx.renameRegisteredModel(id: ours.id, to: model.name, at: model.lastUpdateTime)
            return ((), try useCases.record(
                "model.renamed", about: ours, by: .localOperator, ["to": .string(model.name.string), "gate": basis], in: tx))
        }
        if case .failure = outcome {
            report.noteWithheld("registered model '\(ours.name)' is '\(model.name)' at its source: a policy guards a place one of its versions has")
        }
    }

    // MARK: - Folders that belong to nothing

    /// Files of versions that were registered from a folder of this machine.
    private func copyFolders(of model: SourceModel, _ found: FoundModel) async throws -> [Int64: [FileRecord]] {
        var copied: [Int64: [FileRecord]] = [:]
        for version in model.versions {
            guard case .folder(let location) = try await store.read({ _ in try origin(of: version) }) else { continue }
            if case .imported(let noted) = found,
                try await store.read({ try $0.version(version.number, everOfModel: noted.modelID) }) != nil
            { continue }
            let object = Text("registered model '\(model.name)', version \(version.number)")
            guard case .held(let files, let problems) = try await source.modelFolder(at: location) else { continue }
            report.note(problems)
            let records = try await self.copied(files, for: object)
            if records.count == files.count {
                copied[version.number] = records
            } else {
                await useCases.removeBlobs(records.compactMap(\.blob))
            }
        }
        return copied
    }

    func origin(of version: SourceVersion) throws -> VersionOrigin {
        try VersionOrigin(
            of: version, bringsArtifacts: source.bringsArtifacts(at:), artifactURI: { try source.artifactURI(of: $0) })
    }
}
