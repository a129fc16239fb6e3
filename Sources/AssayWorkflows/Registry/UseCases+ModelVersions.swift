import AssayJSON
package import AssayStore
package import AssayTerms

/// Model versions, but for their making and for where they stand.
extension UseCases {
    /// - Throws: `notFound`; `conflict` while the tables are not what the log says of the model, or the list of the version's files is not
    ///   the registered one.
    package func modelVersion(_ number: Int64, ofModelNamed name: Text) async throws -> ModelVersion {
        try await store.read { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            try requireRecordedWhereGoverned([version], tx)
            try requireFiles(of: version, tx)
            return version
        }
    }

    package func searchModelVersions(_ query: SearchQuery, prompts: Bool) async throws -> SearchPage<ModelVersion> {
        try await store.read { tx in
            let page = try tx.searchModelVersions(query, prompts: prompts)
            try requireRecordedWhereGoverned(page.items, tx)
            return page
        }
    }

    /// - Throws: `notFound`.
    package func describeModelVersion(
        _ number: Int64, ofModelNamed name: Text, _ description: Text?, by actor: Principal
    ) async throws -> ModelVersion {
        warn(try scan(texts: [(description, "the description of a model version")]), of: "a model version")
        return try await store.write { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            try tx.setDescription(description, ofVersion: version.id, at: effects.nowMilliseconds())
            if version.description != description {
                try record(
                    "version.described", about: version, by: actor, ["description": Self.json(description)], in: tx)
            }
            return try tx.existingVersion(number, ofModelNamed: name)
        }
    }

    /// - Throws: `notFound`.
    package func setTag(
        _ tag: KeyValue, ofVersion number: Int64, modelNamed name: Text, by actor: Principal
    ) async throws {
        warn(try scan([tag], "tag"), of: "a model version")
        try await store.write { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            guard !version.tags.contains(tag) else { return }
            try promotionGate.requireAllowed(.setVersionTag(version, tag), by: actor, in: tx)
            try tx.setTag(tag, ofVersion: version.id)
            try record("version.tag-set", about: version, by: actor, ["tag": Self.json([tag])], in: tx)
        }
    }

    /// A tag that is not there is no error.
    ///
    /// - Throws: `notFound` for the version.
    package func deleteTag(
        _ key: Text, ofVersion number: Int64, modelNamed name: Text, by actor: Principal
    ) async throws {
        try await store.write { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            try promotionGate.requireAllowed(.deleteVersionTag(version, key: key), by: actor, in: tx)
            guard try tx.deleteTag(key, ofVersion: version.id) else { return }
            try record("version.tag-deleted", about: version, by: actor, ["key": .string(key.string)], in: tx)
        }
    }

    /// - Throws: `notFound`; the gate's refusal.
    package func deleteModelVersion(_ number: Int64, ofModelNamed name: Text, by actor: Principal) async throws {
        let outcome: Result<Void, AssayError> = try await store.write { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            return try gated(.deleteVersion(version), by: actor, in: tx) { basis in
                let now = effects.nowMilliseconds()
                let voided = try closeRequests(ofModelNamed: name, versions: [version.number], besides: basis, tx)
                try tx.deleteModelVersion(id: version.id, at: now)
                try tx.touchRegisteredModel(id: version.modelID, at: now)
                return ((), try record("version.deleted", about: version, by: actor, ["gate": basis, "voided": voided], in: tx))
            }
        }
        try outcome.get()
    }

    /// Where clients read the version's files: its read-only tree, or for one that is not frozen the source it names.
    ///
    /// - Throws: as ``modelVersion(_:ofModelNamed:)``.
    package func downloadURI(ofVersion number: Int64, modelNamed name: Text) async throws -> Text {
        let version = try await modelVersion(number, ofModelNamed: name)
        switch version.content {
        case .frozen: return Text("mlflow-artifacts:/versions/\(version.id)")
        case .unfrozen: return version.source
        }
    }
}

extension UseCases {
    /// A file of a frozen version.
    ///
    /// - Throws: `notFound` for the version, for a file it does not have, and for one that is not frozen; `conflict` as
    ///   ``modelVersion(_:ofModelNamed:)``.
    package func versionArtifact(
        _ number: Int64, ofModelNamed name: Text, path: Text
    ) async throws -> FileRecord {
        try await store.read { tx in
            let version = try tx.existingVersion(number, ofModelNamed: name)
            try requireRecordedWhereGoverned([version], tx)
            try requireFiles(of: version, tx)
            guard let file = try tx.file(FileOwner(.modelVersion, id: Text(version.id)), path: path) else {
                throw AssayError(.notFound, "Version \(number) of \(name) has no file '\(path)'.")
            }
            return file
        }
    }
}
