import AssayCanonical
import AssayStore
import AssayTerms

extension StoreImport {
    func verifyRegistry(_ total: inout RecordDigest) async throws {
        let page = try await store.read { _ in try source.registeredModels() }
        let names = Set(page.items.map(\.name))
        // Most versions share their bytes with runs and logged models, which were read already; each is read once at most.
        var read: Set<BlobID> = []
        for model in page.items {
            let versions = try await store.read { tx in try verify(model, names, tx) }
            for (version, digest) in versions {
                total.add(digest)
                try await verifyFiles(of: version, &read)
            }
        }
    }

    /// - Returns: the versions here with their digests.
    private func verify(
        _ model: SourceModel, _ names: Set<Text>, _ tx: any StoreSnapshot
    ) throws -> [(ModelVersion, SHA256Digest)] {
        let object = Text("registered model '\(model.name)'")
        countAtSource(model)
        guard case .imported(let noted) = try find(model, names, tx), let ours = try tx.registeredModel(id: noted.modelID) else {
            if case .deletedHere = try find(model, names, tx) {
                report.noteDifference(object, "it was deleted here since it was imported")
            }
            return []
        }
        compare(object, RecordParts(model), RecordParts(ours))
        count(here: .registeredModels, .registeredModelTags, ours.tags)
        var aliases = ImportTally()
        aliases[.aliases] = Int64(ours.aliases.count)
        report.count(here: aliases)
        return try model.versions.compactMap { version in
            guard !version.isDeleted else {
                try verifyDeleted(version, of: ours, tx)
                return nil
            }
            return try verify(version, of: model, ours, tx)
        }
    }

    private func countAtSource(_ model: SourceModel) {
        count(atSource: .registeredModels, .registeredModelTags, model.tags)
        var aliases = ImportTally()
        aliases[.aliases] = Int64(model.aliases.count)
        report.count(atSource: aliases)
        for version in model.versions where !version.isDeleted { count(atSource: .versions, .versionTags, version.tags) }
    }

    private func verifyDeleted(_ version: SourceVersion, of ours: RegisteredModel, _ tx: any StoreSnapshot) throws {
        let object = Text("registered model '\(ours.name)', version \(version.number)")
        guard let kept = try tx.version(version.number, everOfModel: ours.id) else {
            return report.noteDifference(object, "its number is not kept here")
        }
        report.countVerified()
        if try !tx.isDeleted(versionID: kept.id) { report.noteDifference(object, "it is deleted at the source and not here") }
    }

    private func verify(
        _ version: SourceVersion, of model: SourceModel, _ ours: RegisteredModel, _ tx: any StoreSnapshot
    ) throws -> (ModelVersion, SHA256Digest)? {
        let object = Text("registered model '\(model.name)', version \(version.number)")
        guard let here = try tx.version(version.number, everOfModel: ours.id), let noted = try tx.importedVersion(here.id) else {
            report.noteDifference(object, "it is not here")
            return nil
        }
        guard try !tx.isDeleted(versionID: here.id) else {
            report.noteDifference(object, "it was deleted here since it was imported")
            return nil
        }
        // Of a place that was withheld it is said once that it is not held, and not that it differs.
        var aliases = Self.aliases(of: version, model)
        var stage = version.stage
        for place in noted.withheld {
            if place == Text("stage \(stage.rawValue)"), here.stage != stage {
                report.noteWithheld("\(model.name) version \(version.number) is in \(stage.rawValue) at its source")
                stage = here.stage
            }
            if let index = aliases.firstIndex(where: { place == Text("alias \($0)") && !here.aliases.contains($0) }) {
                report.noteWithheld("\(model.name) version \(version.number) has the alias \(aliases[index]) at its source")
                aliases.remove(at: index)
            }
        }
        for alias in aliases where !alias.utf8.allSatisfy({ $0 < 0x80 }) {
            report.note(
                Text("registered model '\(model.name)'"),
                "its alias '\(alias)' is not ASCII and could be taken for a protected one; it did not come over")
        }
        aliases.removeAll { !$0.utf8.allSatisfy { $0 < 0x80 } }
        if case .unfrozen(let reason) = here.content {
            report.noteMapping("\(model.name) version \(version.number) is not frozen, so no policy lets it pass: \(reason)")
        }
        let parts = RecordParts(here)
        compare(object, RecordParts(version, stage: stage, aliases: aliases), parts)
        count(here: .versions, .versionTags, here.tags)
        return (here, parts.digest)
    }

    /// A frozen version is what its manifest says, whatever became of its source since.
    private func verifyFiles(of version: ModelVersion, _ read: inout Set<BlobID>) async throws {
        let object = Text("registered model '\(version.modelName)', version \(version.number)")
        guard let digest = version.content.manifestDigest else { return }
        let records = try await store.read { try $0.files(FileOwner(.modelVersion, id: Text(version.id))) }
        let manifest = try? FileManifest(files: records.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) })
        if manifest?.digest != digest { report.noteDifference(object, "its files are not those of its manifest") }
        for record in records {
            if let blob = record.blob, !read.insert(blob).inserted { continue }
            _ = try await content(of: record, object)
        }
    }
}
