import AssayCanonical
import AssayForeign
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// A model's files, and what governs it. It is loaded by the thread that scores, since a process for it lives no longer than that.
struct OpenedModel: Sendable {
    enum Governance: Sendable {
        /// A folder or a run: nothing says it may be used.
        case ungoverned
        case statement(DeploymentStatement, keyIsPinned: Bool)
    }

    let name: String
    let files: any ModelFiles
    /// Whether it is a folder with `MLmodel`, and not one file alone.
    let isFolder: Bool
    /// The run's logged evaluation table, as a background for explanations; for a governed version only the frozen one.
    let evaluationTable: BackgroundChoice.Table?
    let governance: Governance
    /// What the profile frozen with a governed version has seen of its inputs, for rules; empty where nothing asks for one, and without one.
    var profile: [Text: ProfiledInput] = [:]
    /// The table of reason codes frozen with a governed version, or among a folder's or run's own files.
    var reasons: OwnReasons?

    /// Finds what a command's MODEL argument names.
    ///
    /// - Parameters:
    ///   - server: the address for `runs:` and `models:`.
    ///   - key: the "vkey" of the server's evidence key; without it the server is asked for it.
    static func open(_ text: String, server: String?, key: String?) async throws -> OpenedModel {
        switch try ModelReference(text) {
        case .local(let path): return try local(path)
        case .run(let id, let path):
            return try await ArtifactClient.with(address: server) { client in
                let remote = RemoteModel(client: client)
                let files = try await remote.files(ofRun: id, path: path)
                return OpenedModel(
                    name: text, files: files, isFolder: true, evaluationTable: await remote.evaluationTable(ofRun: id), governance: .ungoverned,
                    reasons: try OwnReasons(files))
            }
        case .registered(let name, let selector):
            return try await ArtifactClient.with(address: server) { client in
                try await registered(name, selector, client: client, key: key)
            }
        }
    }

    /// The digest of the files' manifest, which evidence and statements name; `nil` for a file without a folder.
    func manifestDigest() throws(AssayError) -> SHA256Digest? {
        if case .statement(let statement, _) = governance { return statement.manifest }
        guard isFolder else { return nil }
        var list: [DeploymentStatement.File] = []
        for name in files.names {
            let bytes = try files.contents(of: name, limit: ScoringModel.fileByteLimit)
            list.append(.init(path: name, digest: SHA256Hasher.digest(of: bytes), size: bytes.count))
        }
        return DeploymentStatement.digest(of: list)
    }

    /// Where explanations may find rows to compare with.
    func background(_ form: ModelForm) -> BackgroundChoice {
        BackgroundChoice(form: form, files: isFolder ? files : nil, evaluationTable: evaluationTable)
    }

    private static func local(_ path: String) throws(AssayError) -> OpenedModel {
        let files = try ModelPath.files(path)
        return OpenedModel(
            name: path, files: files, isFolder: !ModelPath.isFile(path), evaluationTable: nil, governance: .ungoverned,
            reasons: ModelPath.isFile(path) ? nil : try OwnReasons(files))
    }

    /// A version's deployment statement as the server signs it now, verified.
    static func statement(of name: Text, version: Int, server: String?, key: String?) async throws -> DeploymentStatement {
        try await ArtifactClient.with(address: server) { client in
            try await statement(of: name, version: version, client: client, key: key)
        }
    }

    private static func statement(
        of name: Text, version: Int, client: ArtifactClient, key: String?
    ) async throws(AssayError) -> DeploymentStatement {
        let statements = ["api", "assay", "v1", "statements"]
        let vkey: String
        if let key {
            vkey = key
        } else {
            guard let served = try await client.json(statements + ["key"])["vkey"]?.string else {
                throw AssayError(
                    .unsupported, "\(client.address) does not say by which key it signs statements; name the key with --key")
            }
            vkey = served
        }
        let statement = try DeploymentStatement(
            try await client.json(statements + [name.string, String(version)]),
            key: NoteVerificationKey(vkey: vkey).key, model: name, version: version)
        try statement.requireCurrent(now: UTCTime.now())
        return statement
    }

    private static func registered(
        _ name: Text, _ selector: ModelReference.Selector, client: ArtifactClient, key: String?
    ) async throws(AssayError) -> OpenedModel {
        let version = try await RemoteModel(client: client).version(of: name, selector)
        return try await governed(statement(of: name, version: version, client: client, key: key), client: client, keyIsPinned: key != nil)
    }

    /// The files of a version, each of them verified against its statement.
    static func governed(_ statement: DeploymentStatement, client: ArtifactClient, keyIsPinned: Bool) async throws(AssayError) -> OpenedModel {
        let remote = RemoteModel(client: client)
        let (name, version) = (statement.model, statement.version)
        let folder = try await remote.folder(of: name, version: version)
        var files: [Text: [UInt8]] = [:]
        for file in statement.files {
            guard file.size <= ScoringModel.fileByteLimit else {
                throw AssayError(
                    .limitExceeded, "file '\(file.path)' has \(file.size) bytes; at most \(ScoringModel.fileByteLimit) are read")
            }
            let bytes = try await remote.file(folder, file.path, limit: file.size)
            try statement.verify(bytes, as: file)
            files[file.path] = bytes
        }
        let verified = MemoryModelFiles(files)
        var table: BackgroundChoice.Table?
        if let run = await remote.run(of: name, version: version), let logged = await remote.evaluationTable(ofRun: run),
            let frozen = statement.tables.first(where: { $0.path == logged.name }),
            (try? statement.verify(logged.bytes, as: frozen)) != nil
        {
            table = logged
        }
        var opened = OpenedModel(
            name: "\(name) version \(version)", files: verified, isFolder: true, evaluationTable: table,
            governance: .statement(statement, keyIsPinned: keyIsPinned))
        opened.reasons = try await OwnReasons.frozen(statement, verified, remote)
        opened.profile = try await FrozenProfile(statement).inputs(verified, remote)
        return opened
    }
}
