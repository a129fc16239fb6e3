import AssayCanonical
package import AssayStore
package import AssayTerms

/// Whether the list of a frozen version's files is the one whose digest was registered. The digest stands in the version's row, which is
/// held against the log (``requireRecordedWhereGoverned(_:_:)``); the list stands in rows of its own, and a client loads what they name.
extension UseCases {
    /// Refuses to tell of, or hand out, files that were not registered with the version. One that is not frozen has no digest to hold.
    ///
    /// An erased file keeps its line, digest and size, so a version whose bytes were erased still gives its digest.
    ///
    /// - Throws: `conflict`.
    /// - Complexity: O(files of the version).
    package func requireFiles(of version: ModelVersion, _ tx: any StoreSnapshot) throws {
        guard let manifest = version.content.manifestDigest else { return }
        let title = Text("\(version.modelName)/\(version.number)")
        try Self.requireFiles(Self.files(ofVersion: version.id, tx), manifest, title, "nothing of it is told or served")
    }

    /// - Parameter what: what is not done for that reason.
    static func requireFiles(_ files: [FileManifest.File], _ manifest: SHA256Digest, _ title: Text, _ what: String) throws(AssayError) {
        if gives(files, manifest) { return }
        throw AssayError(
            .conflict,
            "The database's list of the files of \(title) is not the one whose digest was registered, so \(what). "
                + "Whoever runs the server finds it with `assay audit verify --data-dir DIR` and restores it from a backup.")
    }

    static func files(ofVersion id: String, _ tx: any StoreSnapshot) throws -> [FileManifest.File] {
        // Whatever the asker may see of it: the digest is of all of them.
        try tx.seen(by: .whole).files(FileOwner(.modelVersion, id: Text(id))).map {
            FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size)
        }
    }

    /// What is registered has a manifest, so a list that can have none is another.
    private static func gives(_ files: [FileManifest.File], _ manifest: SHA256Digest) -> Bool {
        (try? FileManifest(files: files))?.digest == manifest
    }

    /// Versions among `facts` whose list of files does not give the digest in their row.
    ///
    /// - Complexity: O(files of all those versions).
    func fileDifferences(among facts: some Sequence<GovernedFact>, _ tx: any StoreSnapshot) throws -> [RecordComparison.Difference] {
        try facts.compactMap { fact in
            guard case .version(let id, _) = fact, let manifest = try tx.modelVersion(id: id)?.content.manifestDigest,
                try !Self.gives(Self.files(ofVersion: id, tx), manifest)
            else { return nil }
            return RecordComparison.Difference(
                object: fact.object, detail: "the database's list of them is not the one whose digest was registered")
        }
    }
}
