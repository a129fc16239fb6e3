import AssayExplain
import AssayModels
import AssayPolicy
import AssayTerms

/// The table of reason codes that comes with a model: among a folder's own files, or frozen with a version or its run.
///
/// It is read where reasons are given and not before, so that a wrong one keeps nobody from scoring.
struct OwnReasons: Sendable {
    private var found: [(name: Text, bytes: [UInt8])] = []

    private init() {}

    /// - Returns: `nil` where there is none.
    init?(_ files: any ModelFiles) throws(AssayError) {
        for name in files.names.filter(ReasonsDemand.isTable).sorted() {
            found.append((name, try files.contents(of: name, limit: ReasonCodesReader.limit)))
        }
        if found.isEmpty { return nil }
    }

    /// Those that were frozen with a version: of the model, and of its run.
    ///
    /// - Returns: `nil` where there is none.
    /// - Throws: `permissionDenied` where a file is not the one that was approved; what fetching it throws.
    static func frozen(_ statement: DeploymentStatement, _ files: any ModelFiles, _ remote: RemoteModel) async throws(AssayError) -> OwnReasons? {
        var own = OwnReasons()
        var digests: Set<SHA256Digest> = []
        for file in statement.files + statement.tables where ReasonsDemand.isTable(file.path) && digests.insert(file.digest).inserted {
            guard file.size <= ReasonCodesReader.limit else {
                throw AssayError(.limitExceeded, "\(file.path) has \(file.size) bytes; a table of reason codes has at most \(ReasonCodesReader.limit)")
            }
            let bytes: [UInt8]
            if files.names.contains(file.path), statement.files.contains(file) {
                bytes = try files.contents(of: file.path, limit: file.size)
            } else {
                guard let run = await remote.run(of: statement.model, version: statement.version) else {
                    throw AssayError(
                        .unavailable, "\(file.path) was frozen with \(statement.model) version \(statement.version), and the server does not name its run")
                }
                bytes = try await remote.file(ofRun: run, path: file.path, limit: file.size)
            }
            try statement.verify(bytes, as: file)
            own.found.append((file.path, bytes))
        }
        return own.found.isEmpty ? nil : own
    }

    /// The file's name, or those of several.
    var name: String { found.map(\.name.string).joined(separator: ", ") }

    /// - Throws: `invalidArgument` where there are several that differ, or the one is wrong or does not fit the model.
    func table(_ form: ModelForm) throws(AssayError) -> ReasonTable {
        guard let first = found.first, found.allSatisfy({ $0.bytes == first.bytes }) else {
            throw AssayError(.invalidArgument, "there are several tables of reason codes that differ: \(name); keep one")
        }
        return try ReasonFile(first.bytes, name: first.name.string).table(form)
    }
}
