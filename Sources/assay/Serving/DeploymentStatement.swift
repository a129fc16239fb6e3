import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayServing
import AssayTerms

/// What a server signed about a version it lets others serve: its files, its place, and until when.
struct DeploymentStatement: Sendable {
    struct File: Hashable {
        let path: Text
        let digest: SHA256Digest
        let size: Int
    }

    static let predicateType = "urn:assay:deployment:v1"

    let model: Text
    let version: Int
    let files: [File]
    /// What was logged in the version's run and frozen with it; explanations may be drawn against one of them.
    let tables: [File]
    let manifest: SHA256Digest
    /// Seconds since 1970, after which the version is no longer served.
    let notAfter: Int
    let notAfterText: String
    /// What the policies say of it while it is served.
    let rules: ServingRules

    /// Verifies the envelope's signature by `key` and reads the statement.
    ///
    /// - Throws: `unreadable` for what is no such statement, `permissionDenied` where the signature, the version named or
    ///   the manifest's digest do not fit.
    init(
        _ json: JSONValue, key: Ed25519.VerificationKey, model: Text, version: Int, type: String = predicateType
    ) throws(AssayError) {
        let envelope = try DSSEEnvelope(json: json)
        guard envelope.isSigned(by: key) else {
            throw AssayError(
                .permissionDenied,
                "the deployment statement of \(model) version \(version) is not signed by the key that is trusted; it is not served")
        }
        func damaged(_ what: String) -> AssayError {
            AssayError(.unreadable, "the deployment statement of \(model) version \(version) \(what)")
        }
        guard envelope.payloadType == DSSEEnvelope.inTotoPayloadType,
            let statement = try? JSONValue(parsing: envelope.payload), statement["predicateType"]?.string == type,
            let predicate = statement["predicate"], let list = predicate["files"]?.array,
            let digestText = predicate["manifest_digest"]?.string, let manifest = SHA256Digest(hex: digestText),
            let notAfterText = predicate["not_after"]?.string
        else { throw damaged("is not of the form \(type)") }
        guard predicate["model"]?.string.map({ Text($0) }) == model, predicate["version"]?.integer == Int64(version),
            statement["subject"]?.array?.first?["digest"]?["sha256"]?.string == digestText
        else {
            throw AssayError(
                .permissionDenied, "the server answered a deployment statement of another model or version; it is not served")
        }
        guard let files = Self.files(list), let tables = Self.files(predicate["tables"]?.array ?? []) else {
            throw damaged("names a file without path, sha256 and size")
        }
        guard Self.digest(of: files) == manifest else { throw damaged("lists files that are not its manifest's") }
        guard let notAfter = UTCTime.seconds(notAfterText) else { throw damaged("says not_after in another form than RFC 3339") }
        guard let rules = ServingRules(statement: predicate["rules"]) else {
            throw damaged("has rules that this program does not know and so cannot keep; is it older than the server?")
        }
        do throws(AssayError) {
            _ = try RuleBook.of(rules, profile: [:])
        } catch {
            throw damaged("has a rule that this program cannot keep: \(error.message)")
        }
        self.rules = rules
        self.model = model
        self.version = version
        self.files = files
        self.tables = tables
        self.manifest = manifest
        self.notAfter = notAfter
        self.notAfterText = notAfterText
    }

    /// Its rules for single predictions, ready to be asked; `nil` where it has none.
    func book(profile: [Text: ProfiledInput]) -> RuleBook? {
        // That they can be read was found out when the statement was.
        (try? RuleBook.of(rules, profile: profile)) ?? nil
    }

    private static func files(_ list: [JSONValue]) -> [File]? {
        var files: [File] = []
        for entry in list {
            guard let path = entry["path"]?.string, ModelReference.isPlainPath(path),
                let digest = entry["sha256"]?.string.flatMap(SHA256Digest.init(hex:)),
                let size = entry["size"]?.integer.flatMap({ Int(exactly: $0) }), size >= 0
            else { return nil }
            files.append(File(path: Text(path), digest: digest, size: size))
        }
        return files
    }

    /// - Parameter remedy: what whoever is told may do.
    /// - Throws: `permissionDenied` after ``notAfter``.
    func requireCurrent(now: Int, remedy: String = "fetch a new one by starting again") throws(AssayError) {
        guard now <= notAfter else {
            throw AssayError(
                .permissionDenied,
                "the deployment statement of \(model) version \(version) ended at \(notAfterText); \(remedy)")
        }
    }

    /// - Throws: `permissionDenied` where the bytes are not the file the statement names.
    func verify(_ bytes: [UInt8], as file: File) throws(AssayError) {
        guard bytes.count == file.size, SHA256Hasher.digest(of: bytes) == file.digest else {
            throw AssayError(
                .permissionDenied,
                "file '\(file.path)' of \(model) version \(version) is not the one that was approved; it is not served")
        }
    }

    /// The digest of a manifest: canonical JSON of the files sorted by path, form `assay/manifest/v1`.
    static func digest(of files: [File]) -> SHA256Digest? {
        let list = files.sorted { $0.path < $1.path }.map { file -> JSONValue in
            ["path": .string(file.path.string), "sha256": .string(file.digest.hex), "size": .integer(Int64(file.size))]
        }
        let json: JSONValue = ["format": "assay/manifest/v1", "files": .array(list)]
        return (try? json.canonicalBytes()).map { SHA256Hasher.digest(of: $0) }
    }
}
