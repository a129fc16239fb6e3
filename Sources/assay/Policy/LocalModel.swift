import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayForeign
import AssayModels
import AssayServing
import AssayTerms

/// A model on this machine, a logged folder or a single file: its scorer and the manifest that names it by its bytes.
struct LocalModel {
    private static let fileLimit = 1 << 30

    let name: Text
    let manifest: FileManifest
    let scorer: any BlockScorer

    /// - Throws: `notFound`, and what loading throws.
    init(path: String, arguments: ForeignArguments) throws(AssayError) {
        let files = try ModelPath.files(path)
        var listed: [FileManifest.File] = []
        var contents: [Text: [UInt8]] = [:]
        // MLflow adds this one to what it downloads of a registered version; it is none of the version's files.
        for name in files.names where name != "registered_model_meta" {
            let bytes = try files.contents(of: name, limit: Self.fileLimit)
            listed.append(.init(path: name, digest: SHA256Hasher.digest(of: bytes), size: Int64(bytes.count)))
            contents[name] = bytes
        }
        guard !listed.isEmpty else { throw AssayError(.notFound, "\(path) has no files of a model.") }
        manifest = try FileManifest(files: listed)
        // What is scored are the bytes that the manifest names, whatever becomes of the files.
        switch try LoadedModel.load(MemoryModelFiles(contents), foreign: arguments.choice) {
        case .native(let model):
            try arguments.requireNoFeatures()
            scorer = try ModelScorer(model)
        case .foreign(let model): scorer = try ForeignScorer(model, names: arguments.featureNames)
        }
        name = ModelPath.name(path)
    }
}
