import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// Versions: made with their numbers and times, frozen from what came over.
extension StoreImport {
    /// A version that was made or brought up to date, and is to get its places.
    struct Brought {
        let version: SourceVersion
        let id: String
        /// Whether it was as the last import left it.
        let isUntouched: Bool
    }

    /// - Parameters:
    ///   - files: those of a folder that belongs to nothing, copied already.
    ///   - untouched: the numbers of versions that were not changed here.
    /// - Returns: `nil` where nothing changed.
    func bring(
        _ version: SourceVersion, of model: SourceModel, modelID: String, files: [FileRecord], untouched: Set<Int64>,
        _ tx: any StoreTransaction
    ) throws -> Brought? {
        let object = Text("registered model '\(model.name)', version \(version.number)")
        guard let ours = try tx.version(version.number, everOfModel: modelID) else {
            return try insert(version, of: model, modelID: modelID, files: files, tx)
        }
        guard let noted = try tx.importedVersion(ours.id) else {
            report.note(object, "a version of that number was made here and is another one; it was left as it is")
            return nil
        }
        let digest = Self.digest(version, of: model)
        guard noted.digest != digest, try !tx.isDeleted(versionID: ours.id) else { return nil }
        if version.isDeleted {
            try delete(ours, version, noted, digest, tx)
            return nil
        }
        let isUntouched = untouched.contains(ours.number)
        if isUntouched {
            for tag in ours.tags where !version.tags.contains(where: { $0.key == tag.key }) {
                _ = try tx.deleteTag(tag.key, ofVersion: ours.id)
            }
            for tag in version.tags { try tx.setTag(tag, ofVersion: ours.id) }
            try tx.setDescription(version.description, ofVersion: ours.id, at: version.lastUpdateTime)
        } else {
            for tag in version.tags where !ours.tags.contains(where: { $0.key == tag.key }) { try tx.setTag(tag, ofVersion: ours.id) }
        }
        try useCases.record(
            "version.import-updated", about: try tx.existingVersion(ours.number, ofModelNamed: ours.modelName), by: .localOperator,
            ["description": UseCases.json(version.description), "tags": UseCases.json(version.tags)], in: tx)
        report.count(updated: .versions)
        return Brought(version: version, id: ours.id, isUntouched: isUntouched)
    }

    /// Of a version at the source with the places it has there.
    static func digest(_ version: SourceVersion, of model: SourceModel) -> SHA256Digest {
        RecordParts(version, stage: version.stage, aliases: aliases(of: version, model)).digest
    }

    static func aliases(of version: SourceVersion, _ model: SourceModel) -> [Text] {
        version.isDeleted ? [] : model.aliases.filter { $0.version == version.number }.map(\.alias)
    }

    private func insert(
        _ version: SourceVersion, of model: SourceModel, modelID: String, files: [FileRecord], _ tx: any StoreTransaction
    ) throws -> Brought? {
        let id = useCases.effects.newID()
        let origin = try origin(of: version)
        let (content, manifest) = try freeze(origin, files, into: id, version, tx)
        let made = ModelVersion(
            id: id, modelID: modelID, modelName: model.name, number: version.number, description: version.description, stage: .none,
            source: version.source, runID: version.runID, runLink: version.runLink, loggedModelID: version.loggedModelID,
            creationTime: version.creationTime, lastUpdateTime: version.lastUpdateTime, content: content,
            authors: Self.authors(of: version, origin, tx), tags: version.tags)
        try tx.insertModelVersion(made, manifest: manifest?.canonicalBytes)
        if version.isDeleted { try tx.deleteModelVersion(id: id, at: version.lastUpdateTime) }
        var payload: JSONObject = [
            "source": .string(version.source.string), "run": .string(version.runID.string),
            "created_ms": .integer(version.creationTime), "description": UseCases.json(version.description),
            "tags": UseCases.json(version.tags), "stage_at_source": .string(version.stage.rawValue),
            "aliases_at_source": .array(Self.aliases(of: version, model).map { .string($0.string) }),
        ]
        payload["logged_model"] = version.loggedModelID.map { .string($0.string) }
        payload["files"] = manifest.map { .integer(Int64($0.files.count)) }
        if version.isDeleted { payload["deleted"] = true }
        if case .unfrozen(let reason) = content { payload["unfrozen"] = .string(reason.string) }
        try useCases.record("version.imported", about: made, by: .localOperator, payload, in: tx)
        try tx.noteImported(
            ImportedVersion(
                versionID: id, digest: Self.digest(version, of: model), here: RecordParts(made).digest, withheld: []))
        if version.isDeleted { return nil }
        report.count(created: .versions)
        return Brought(version: version, id: id, isUntouched: true)
    }

    /// Nobody knows who made what another tracker holds: everyone who could be an author is anonymous, so that a policy with
    /// separation of duties asks for somebody who adopts the version.
    private static func authors(of version: SourceVersion, _ origin: VersionOrigin, _ tx: any StoreSnapshot) -> ModelAuthors {
        let anonymous = Principal.anonymous.id
        return ModelAuthors(
            logged: version.loggedModelID == nil ? nil : anonymous, run: version.runID.isEmpty ? nil : anonymous, registered: anonymous)
    }

    private func freeze(
        _ origin: VersionOrigin, _ files: [FileRecord], into id: String, _ version: SourceVersion, _ tx: any StoreTransaction
    ) throws -> (ModelContent, FileManifest?) {
        switch origin {
        case .none(let reason): return (.unfrozen(reason: reason), nil)
        case .folder(let location):
            guard !files.isEmpty else {
                return (.unfrozen(reason: Text("no model was found at its source \(location) when it was imported")), nil)
            }
            for file in files { try tx.insertFrozenFile(file, ofVersion: id) }
            let manifest = try FileManifest(files: files.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) })
            return (.frozen(manifest: manifest.digest), manifest)
        case .held(let owner, let folder, let run):
            if owner.kind == .loggedModel {
                guard let model = try tx.loggedModel(owner.id), model.status == .ready else {
                    return (.unfrozen(reason: Text("the logged model \(owner.id) was not READY when the version was imported")), nil)
                }
            }
            let beside = try run.flatMap { try tx.runHandle($0) }.map { FileOwner(.run, id: $0.id) }
            let (content, manifest) = try UseCases.freeze(.held(owner: owner, folder: folder, beside: beside), into: id, tx)
            guard case .unfrozen = content else { return (content, manifest) }
            return (.unfrozen(reason: "there were no files at its source when the version was imported"), nil)
        }
    }

    /// Deleted at its source since.
    private func delete(
        _ ours: ModelVersion, _ version: SourceVersion, _ noted: ImportedVersion, _ digest: SHA256Digest, _ tx: any StoreTransaction
    ) throws {
        let outcome: Result<Void, AssayError> = try useCases.gated(.deleteVersion(ours), by: .localOperator, in: tx) { basis in
            try tx.deleteModelVersion(id: ours.id, at: version.lastUpdateTime)
            return ((), try useCases.record("version.deleted", about: ours, by: .localOperator, ["gate": basis], in: tx))
        }
        switch outcome {
        case .failure:
            report.noteWithheld("\(ours.modelName) version \(ours.number) was deleted at its source: it has a place here that a policy guards")
        case .success:
            try tx.noteImported(ImportedVersion(versionID: ours.id, digest: digest, here: noted.here, withheld: []))
            report.count(updated: .versions)
        }
    }
}
