import AssayCanonical
import AssayJSON
import AssayStore
package import AssayTerms

/// The making of a version.
extension UseCases {
    /// Makes the next version of a model and freezes its files: the list of files is copied into the version in the same
    /// transaction (the bytes are shared, and no longer anyone's to change), so whatever is written to the run or the
    /// logged model afterwards never shows in it. The files of the run are frozen beside it, evaluation tables among them.
    ///
    /// Its run is sealed first, so that the version's entry names the seal of the rows it rests on.
    ///
    /// A source whose files are not here, or not complete yet, makes an unfrozen version, which no policy lets pass.
    ///
    /// - Throws: `notFound` for the model and for what the source names; `invalidArgument` for a source that run and
    ///   logged model do not contain; the gate's refusal.
    package func createModelVersion(_ new: NewModelVersion, by actor: Principal) async throws -> ModelVersion {
        let texts: [(Text?, String)] = [
            (new.description, "the description of a model version"), (new.source, "the source of a model version"),
            (new.runLink, "the link of a model version"),
        ]
        warn(try scan(new.tags, "tag") + scan(texts: texts), of: "a model version")
        let runID = try await store.read { try Self.resolve(new, $0).runID }
        let seal = try await draftSealForRegistration(ofRun: runID)
        return try await store.write { tx in
            let source = try Self.resolve(new, tx)
            let sealID = try enterForRegistration(seal, ofRun: source.runID, in: tx)
            let model = try tx.existingModel(named: new.modelName)
            let id = effects.newID()
            let now = effects.nowMilliseconds()
            let (content, manifest) = try Self.freeze(source.files, into: id, tx)
            let version = ModelVersion(
                id: id, modelID: model.id, modelName: model.name, number: try tx.nextVersionNumber(ofModel: model.id),
                description: new.description, stage: .none, source: source.source, runID: source.runID,
                runLink: new.runLink, loggedModelID: source.loggedModelID, creationTime: now, lastUpdateTime: now,
                content: content,
                authors: ModelAuthors(logged: source.loggedBy, run: source.runBy, registered: actor.id),
                tags: Self.lastOfEachKey(new.tags))
            try tx.insertModelVersion(version, manifest: manifest?.canonicalBytes)
            try tx.touchRegisteredModel(id: model.id, at: now)
            if !new.isPrompt, let loggedModelID = new.loggedModelID, !loggedModelID.isEmpty {
                try Self.noteVersion(version, onLoggedModel: loggedModelID, tx)
            }
            let outcome = try gated(.register(version, copiedFrom: source.copiedFrom), by: actor, in: tx) { (leave: PromotionLeave) in
                var payload: JSONObject = [
                    "source": .string(version.source.string), "run": .string(version.runID.string),
                    "registered_by": .string(actor.id), "description": Self.json(version.description),
                    "tags": Self.json(version.tags), "gate": leave.basis,
                ]
                payload["logged_model"] = version.loggedModelID.map { .string($0.string) }
                payload["logged_by"] = source.loggedBy.map { .string($0) }
                payload["run_by"] = source.runBy.map { .string($0) }
                payload["run_seal"] = sealID.map { .string($0) }
                payload["files"] = manifest.map { .integer(Int64($0.files.count)) }
                if case .unfrozen(let reason) = content { payload["unfrozen"] = .string(reason.string) }
                payload["admission"] = leave.admission.word.map { .string($0.string) }
                if leave.admission != .open { try tx.setAdmission(leave.admission, ofVersion: id, at: now) }
                return (id, try record("version.registered", about: version, by: actor, payload, in: tx))
            }
            // Nothing of a version that may not be made is kept, so here a refusal is a failure.
            let made = try outcome.get()
            try linkTraining(version, by: actor, in: tx)
            return try tx.modelVersion(id: made) ?? version
        }
    }

    /// Copies the list of files into the version; the reason, where there are none that could be frozen.
    static func freeze(
        _ files: SourceFiles, into versionID: String, _ tx: any StoreTransaction
    ) throws -> (ModelContent, FileManifest?) {
        switch files {
        case .none(let reason): return (.unfrozen(reason: reason), nil)
        case .held(let owner, let folder, let beside):
            let held = try tx.files(owner, below: folder)
            if held.contains(where: { $0.blob == nil }) {
                return (.unfrozen(reason: "a file of its source has been erased"), nil)
            }
            let target = FileOwner(.modelVersion, id: Text(versionID))
            let frozen = try tx.copyFiles(from: owner, below: folder, to: target)
            guard !frozen.isEmpty else {
                return (.unfrozen(reason: "there were no files at its source when the version was registered"), nil)
            }
            if let beside { try tx.copyFiles(from: beside, to: FileOwner(.modelVersionRun, id: Text(versionID))) }
            let manifest = try FileManifest(
                files: frozen.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) })
            return (.frozen(manifest: manifest.digest), manifest)
        }
    }

    /// Adds the version to the logged model's tag `mlflow.modelVersions`, a JSON list that clients read.
    private static func noteVersion(
        _ version: ModelVersion, onLoggedModel id: Text, _ tx: any StoreTransaction
    ) throws {
        let key: Text = "mlflow.modelVersions"
        let model = try tx.existingLoggedModel(id)
        let old = model.tags.first { $0.key == key }.flatMap { try? JSONValue(parsing: Array($0.value.utf8)) }
        let entry: JSONValue = ["name": .string(version.modelName.string), "version": .integer(version.number)]
        let list = JSONValue.array((old?.array ?? []) + [entry])
        try tx.setLoggedModelTags(id, [KeyValue(key: key, value: Text(String(decoding: list.bytes(), as: UTF8.self)))])
    }
}
