package import AssayStore
package import AssayTerms
import Logging

extension UseCases {
    /// Keeps `chunks` at `path` below the root of all artifacts, in the place of what was there. Whatever goes wrong on the
    /// way, what was there stays.
    ///
    /// - Parameter expectedBytes: how much is announced, so that it can be refused before it is sent.
    /// - Throws: `notFound` when the path names no run or logged model; `permissionDenied` below `versions/`; `storageFull`.
    package func putArtifact<Chunks: AsyncSequence & Sendable>(
        _ path: Text, _ chunks: Chunks, expectedBytes: Int64? = nil, by principal: Principal
    ) async throws where Chunks.Element == [UInt8] {
        let address = try await store.read { try Self.writable(path, in: $0) }
        try await put(address, chunks, expectedBytes, by: principal)
    }

    /// Keeps `chunks` at `path` of a run.
    package func putRunArtifact<Chunks: AsyncSequence & Sendable>(
        _ runID: Text, path: Text, _ chunks: Chunks, by principal: Principal
    ) async throws where Chunks.Element == [UInt8] {
        _ = try await store.read { try $0.existingRun(runID) }
        try await put(ArtifactAddress(owner: FileOwner(.run, id: runID), path: path), chunks, nil, by: principal)
    }

    private func put<Chunks: AsyncSequence & Sendable>(
        _ address: ArtifactAddress, _ chunks: Chunks, _ expectedBytes: Int64?, by principal: Principal
    ) async throws where Chunks.Element == [UInt8] {
        let path = try Self.filePath(address)
        let replaced = try await writeScanned(chunks, to: path, expectedBytes: expectedBytes) { stored, findings in
            try await store.write { tx in
                try tell(findings, on: address.owner, tx)
                return try tx.putFile(FileRecord(path: path, stored: stored, writtenBy: principal), of: address.owner)
            }
        }
        await removeBlobs(replaced)
    }

    /// Removes the file at `path`, or everything below it. Where nothing is, nothing happens, as in MLflow.
    package func deleteArtifact(_ path: Text) async throws {
        let address = try await store.read { try Self.writable(path, in: $0) }
        await removeBlobs(try await store.write { try $0.removeFiles(of: address.owner, at: address.path) })
    }

    /// The file at `path` below the root of all artifacts.
    ///
    /// - Throws: `conflict` for one of a version whose list of files is not the registered one.
    package func artifact(_ path: Text) async throws -> FileRecord {
        try await store.read { snapshot in
            guard let address = try ArtifactAddress.resolve(path, in: snapshot) else { throw Self.noArtifact(path) }
            try requireRegisteredFiles(of: address.owner, snapshot)
            return try Self.file(address, in: snapshot)
        }
    }

    package func runArtifact(_ runID: Text, path: Text) async throws -> FileRecord {
        try await store.read { snapshot in
            _ = try snapshot.existingRun(runID)
            return try Self.file(ArtifactAddress(owner: FileOwner(.run, id: runID), path: path), in: snapshot)
        }
    }

    package func loggedModelArtifact(_ id: Text, path: Text) async throws -> FileRecord {
        try await store.read { snapshot in
            _ = try snapshot.existingLoggedModel(id)
            return try Self.file(ArtifactAddress(owner: FileOwner(.loggedModel, id: id), path: path), in: snapshot)
        }
    }

    /// One level of the tree at `path`; nothing where no owner is.
    ///
    /// - Throws: as ``artifact(_:)``.
    package func artifacts(at path: Text?) async throws -> [ArtifactEntry] {
        guard let path else { return [] }
        return try await store.read { snapshot in
            guard let address = try ArtifactAddress.resolve(path, in: snapshot) else { return [] }
            try requireRegisteredFiles(of: address.owner, snapshot)
            return try snapshot.listing(address.owner, folder: address.path)
        }
    }

    /// One level of a run's tree, with the URI of its root.
    package func runArtifacts(_ runID: Text, folder: Text?) async throws -> (root: Text, entries: [ArtifactEntry]) {
        try await store.read { snapshot in
            guard let run = try snapshot.runInfo(runID) else {
                throw AssayError(.notFound, "Run with id=\(runID) not found")
            }
            try Self.requireHeldHere(run.artifactURI)
            return (run.artifactURI, try snapshot.listing(FileOwner(.run, id: runID), folder: folder))
        }
    }

    package func loggedModelArtifacts(_ id: Text, folder: Text?) async throws -> (root: Text, entries: [ArtifactEntry]) {
        try await store.read { snapshot in
            let model = try snapshot.existingLoggedModel(id)
            try Self.requireHeldHere(model.artifactURI)
            return (model.artifactURI, try snapshot.listing(FileOwner(.loggedModel, id: id), folder: folder))
        }
    }

    /// The bytes of a record in `range` (all without one), authenticated chunk by chunk. They are open when this returns, so
    /// they can be read to the end whatever happens to the record meanwhile.
    ///
    /// A stream of all of them ends with `corrupt`, before its last piece, if they do not have the record's digest.
    ///
    /// - Throws: `notFound` when they were erased, or replaced after the record was read.
    package func content(
        of file: FileRecord, range: Range<Int64>? = nil
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        guard let blob = file.blob else {
            throw AssayError(.notFound, "The bytes of '\(file.path)' were erased; its line stays for the record.")
        }
        return try await blobs.open(blob, range: range, digest: file.digest)
    }

    // MARK: - Rules

    /// What clients load by a version's own tree is what was registered.
    func requireRegisteredFiles(of owner: FileOwner, _ snapshot: any StoreSnapshot) throws {
        guard owner.kind == .modelVersion, let version = try snapshot.modelVersion(id: owner.id.string) else { return }
        try requireRecordedWhereGoverned([version], snapshot)
        try requireFiles(of: version, snapshot)
    }

    static func writable(_ path: Text, in snapshot: any StoreSnapshot) throws -> ArtifactAddress {
        if path.string == "versions" || path.string.hasPrefix("versions/") {
            throw AssayError(
                .permissionDenied,
                "The files of a registered model version are frozen and cannot be changed. Log a new model and register it as a new version.")
        }
        guard let address = try ArtifactAddress.resolve(path, in: snapshot) else {
            throw AssayError(
                .notFound,
                "'\(path)' names no run and no logged model. Artifacts are kept below mlflow-artifacts:/<experiment>/<run>/artifacts and …/models/<model>/artifacts.")
        }
        return address
    }

    static func file(_ address: ArtifactAddress, in snapshot: any StoreSnapshot) throws -> FileRecord {
        if let path = address.path, let file = try snapshot.file(address.owner, path: path) { return file }
        guard try snapshot.files(address.owner, below: address.path).isEmpty else {
            throw AssayError(.invalidArgument, "Artifact path refers to a directory, not a file: '\(address.path ?? "")'")
        }
        throw noArtifact(address.path ?? "")
    }

    static func filePath(_ address: ArtifactAddress) throws(AssayError) -> Text {
        guard let path = address.path else {
            throw AssayError(.invalidArgument, "An artifact needs a name below its folder.")
        }
        return path
    }

    static func noArtifact(_ path: Text) -> AssayError { AssayError(.notFound, "No such artifact: '\(path)'") }

    private static func requireHeldHere(_ uri: Text) throws {
        guard ArtifactAddress.rootPath(uri) != nil else {
            throw AssayError(.unsupported, "The artifacts at \(uri) are held elsewhere; list them there.")
        }
    }

    /// A blob that cannot be removed now is an orphan, which the sweep finds; the record is right already.
    func removeBlobs(_ ids: [BlobID]) async {
        for id in ids {
            do {
                try await blobs.remove(id)
            } catch {
                logger.warning("a blob without a record stays until the next sweep", metadata: ["blob": "\(id.hex)"])
            }
        }
    }
}
