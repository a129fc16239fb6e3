package import AssayStore
package import AssayTerms

/// An MLflow file store: a folder `mlruns` of folders.
///
///     <experiment>/meta.yaml, tags/
///     <experiment>/<run>/meta.yaml, params/, tags/, metrics/, inputs/, outputs/, artifacts/
///     <experiment>/models/<model>/meta.yaml, params/, tags/, metrics/, artifacts/
///     <experiment>/datasets/<dataset>/meta.yaml
///     .trash/<experiment>/…
///     models/<registered model>/meta.yaml, tags/, aliases/, version-<n>/meta.yaml, version-<n>/tags/
///
/// Which runs and models there are is looked up once, when the store is opened; what stands in them is read when it is asked
/// for. There is no snapshot of a file store: a run that is written meanwhile may come over in part, which the verification
/// at the end finds.
package struct MLflowFolder: ImportSource {
    package let title: Text
    let root: String
    let artifactReader: ArtifactReader
    let contents: FolderContents

    /// - Throws: `unreadable` for a folder that is no file store.
    init(path: String, _ settings: MLflowStore.Settings) throws(AssayError) {
        guard let root = LocalFiles.resolved(path) else { throw AssayError(.unreadable, "\(path) cannot be read.") }
        self.root = root
        contents = FolderContents(root)
        guard contents.isFileStore else {
            throw AssayError(
                .unreadable,
                "\(path) is no MLflow file store: none of its folders has a meta.yaml. If it holds the artifacts of a database, import the database (sqlite:///…) with --artifacts \(path).")
        }
        title = Text("MLflow file store \(root)")
        artifactReader = ArtifactReader(
            folders: ArtifactFolders(
                given: settings.artifactsPath,
                base: root.lastIndex(of: "/").map { String(root[..<$0]) } ?? root, proxied: nil))
    }

    // MARK: - Artifacts

    package func artifactURI(of owner: FileOwner) throws -> Text? {
        // One that cannot be read was named when its record was; nothing of it came.
        guard let folder = contents.folder(of: owner), let meta = try? MetaFile(path: folder + "/meta.yaml") else { return nil }
        return meta.text(owner.kind == .loggedModel ? "artifact_location" : "artifact_uri")
    }

    package func bringsArtifacts(at uri: Text) -> Bool { ArtifactURI(uri.string) != .elsewhere }

    package func ids(of kind: FileOwner.Kind, after id: Text?, limit: Int) throws -> [Text] {
        switch kind {
        case .run: contents.runs.page(after: id, limit: limit).map(\.id)
        case .loggedModel: contents.loggedModels.page(after: id, limit: limit).map(\.id)
        case .modelVersion, .modelVersionRun, .paper: []
        }
    }

    package func artifacts(of owner: FileOwner) async throws -> SourceArtifacts {
        let uri = try await FileBytes.blocking { try artifactURI(of: owner) }
        guard let uri else { return .refused(reason: "it has no artifact location") }
        // A store that was moved, and an experiment in the trash, keep the paths they had.
        return try await artifactReader.artifacts(of: owner, at: uri, instead: contents.folder(of: owner).map { $0 + "/artifacts" })
    }

    package func modelFolder(at location: Text) async throws -> SourceArtifacts {
        try await artifactReader.modelFolder(at: location)
    }

    package func content(of file: SourceFile) -> AsyncThrowingStream<[UInt8], any Error> {
        artifactReader.content(of: file)
    }

    // MARK: - Reading small files

    /// The path below the store, for messages.
    func name(_ path: String) -> Text {
        path.utf8.starts(with: (root + "/").utf8) ? Text(String(path.dropFirst(root.count + 1))) : Text(path)
    }

    /// The `meta.yaml` of a folder; `nil`, with a problem noted, where it cannot be read.
    func meta(in folder: String, _ reading: inout RowReading) -> MetaFile? {
        do {
            return try MetaFile(path: folder + "/meta.yaml")
        } catch {
            reading.note(name(folder + "/meta.yaml"), "\(error.message); what it describes was left out")
            return nil
        }
    }

    /// A folder of files that are each a key with its value, folders being parts of keys.
    func pairs(in folder: String, of object: Text, _ kind: String, _ reading: inout RowReading) -> [KeyValue] {
        texts(in: folder, of: object, kind, &reading).map { KeyValue(key: $0.path, value: Text($0.text)) }
    }

    /// The files below a folder as text, sorted by path; none where there is no folder.
    func texts(
        in folder: String, of object: Text, _ kind: String, _ reading: inout RowReading
    ) -> [(path: Text, text: String)] {
        guard LocalFiles.kind(folder) == .folder else { return [] }
        let listing = FolderListing(folder, name: object, noun: kind)
        reading.note(listing.problems)
        return listing.files.compactMap { file in
            do throws(AssayError) {
                return (file.path, try Self.text(of: file))
            } catch {
                reading.note(Text("\(object), \(kind) '\(file.path)'"), "\(error.message); it was left out")
                return nil
            }
        }
    }

    private static func text(of file: SourceFile) throws(AssayError) -> String {
        let bytes = try LocalFiles.read(file.location, limit: Int(file.size) + 1)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw AssayError(.unreadable, "it is not UTF-8 text") }
        guard !bytes.contains(0) else { throw AssayError(.unreadable, "it holds U+0000") }
        return text
    }
}
