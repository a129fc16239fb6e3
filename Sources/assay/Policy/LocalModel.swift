import AssayCanonical
import AssayEvidence
import AssayModels
import AssayServing
import AssayTerms

/// A logged model's folder on this machine: its scorer and the manifest that names it by its bytes.
struct LocalModel {
    private static let fileLimit = 1 << 30

    let name: Text
    let manifest: FileManifest
    let scorer: ModelScorer

    /// - Throws: `notFound`, `unsupported` for a single pickled file, whatever the model's reader refuses.
    init(folder: String) throws(AssayError) {
        var path = folder
        while path.hasSuffix("/"), path != "/" { path.removeLast() }
        for suffix in [".pkl", ".pickle", ".joblib"] where path.lowercased().hasSuffix(suffix) {
            throw AssayError(
                .unsupported,
                "\(folder) is a pickle, which runs code when it is opened; log the model with mlflow.sklearn.log_model (skops format) and give its folder."
            )
        }
        let files = try FolderModelFiles(path: path)
        var listed: [FileManifest.File] = []
        for name in files.names {
            let bytes = try files.contents(of: name, limit: Self.fileLimit)
            listed.append(.init(path: name, digest: SHA256Hasher.digest(of: bytes), size: Int64(bytes.count)))
        }
        guard !listed.isEmpty else { throw AssayError(.notFound, "\(folder) has no files of a model.") }
        manifest = try FileManifest(files: listed)
        scorer = try ModelScorer(ScoringModel.load(files))
        name = path.split(separator: "/").last.map { Text(String($0)) } ?? Text(path)
    }
}
