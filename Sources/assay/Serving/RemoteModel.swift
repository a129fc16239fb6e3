import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// Finds models on a tracking server and downloads their files.
///
/// - Source: MLflow 3.17, `store/artifact/runs_artifact_repo.py`, `models_artifact_repo.py`, `http_artifact_repo.py`.
struct RemoteModel: Sendable {
    private static let mlflow = ["api", "2.0", "mlflow"]
    private static let proxy = ["api", "2.0", "mlflow-artifacts", "artifacts"]
    private static let fileLimit = 10_000
    private static let totalLimit = 1 << 30

    let client: ArtifactClient

    /// The files a run logged under `path`: its own, or those of the logged model of that name.
    func files(ofRun id: Text, path: Text) async throws(AssayError) -> MemoryModelFiles {
        let run = try await client.json(Self.mlflow + ["runs", "get"], query: [("run_id", id.string)])
        guard let info = run["run"]?["info"], let root = info["artifact_uri"]?.string,
            let experiment = info["experiment_id"]?.string
        else { throw AssayError(.unreadable, "\(client.address) described run \(id) in a way that is not MLflow's") }
        let own = try folder(root) + path.string.split(separator: "/").map(String.init)
        if try await list(own).contains(where: { $0.name == "MLmodel" }) { return try await files(under: own) }

        // Clients from 3.0 on log models beside the run, under the model's own id.
        let answer = try await client.json(
            Self.mlflow + ["logged-models", "search"],
            posting: [
                "experiment_ids": [.string(experiment)],
                "filter": .string("name = '\(path.string.replacing("'", with: "''"))'"), "max_results": 50,
                "order_by": [["field_name": "creation_time", "ascending": false]],
            ])
        let match = answer["models"]?.array?.first { $0["info"]?["source_run_id"]?.string == id.string }
        guard let location = match?["info"]?["artifact_uri"]?.string else {
            throw AssayError(.notFound, "run \(id) logged no model under '\(path)'")
        }
        return try await files(under: folder(location))
    }

    /// The one Parquet table the run logged under `eval/`; `nil` where there is none, several, or none that can be had.
    func evaluationTable(ofRun id: Text) async -> BackgroundChoice.Table? {
        guard let run = try? await client.json(Self.mlflow + ["runs", "get"], query: [("run_id", id.string)]),
            let location = run["run"]?["info"]?["artifact_uri"]?.string, let root = try? folder(location),
            let entries = try? await list(root + ["eval"])
        else { return nil }
        let tables = entries.filter { !$0.isFolder && $0.name.hasSuffix(".parquet") }
        guard tables.count == 1 else { return nil }
        let name = Text("eval/\(tables[0].name)")
        guard let bytes = try? await file(root, name, limit: ScoringModel.fileByteLimit) else { return nil }
        return BackgroundChoice.Table(name: name, bytes: bytes)
    }

    /// One file that a run logged, under its root.
    func file(ofRun id: Text, path: Text, limit: Int) async throws(AssayError) -> [UInt8] {
        let run = try await client.json(Self.mlflow + ["runs", "get"], query: [("run_id", id.string)])
        guard let location = run["run"]?["info"]?["artifact_uri"]?.string else {
            throw AssayError(.unreadable, "\(client.address) described run \(id) in a way that is not MLflow's")
        }
        return try await file(folder(location), path, limit: limit)
    }

    /// The run a version was made in; `nil` if none is known or the server does not say.
    func run(of name: Text, version: Int) async -> Text? {
        let answer = try? await client.json(
            Self.mlflow + ["model-versions", "get"], query: [("name", name.string), ("version", String(version))])
        return answer?["model_version"]?["run_id"]?.string.flatMap { $0.isEmpty ? nil : Text($0) }
    }

    /// The version a stage or alias points to at this moment.
    func version(of name: Text, _ selector: ModelReference.Selector) async throws(AssayError) -> Int {
        let answer: JSONValue?
        switch selector {
        case .version(let version): return version
        case .alias(let alias):
            answer = try await client.json(
                Self.mlflow + ["registered-models", "alias"], query: [("name", name.string), ("alias", alias.string)])[
                    "model_version"]
        case .stage(let stage):
            answer = try await client.json(
                Self.mlflow + ["registered-models", "get-latest-versions"],
                posting: ["name": .string(name.string), "stages": [.string(stage.string)]])["model_versions"]?.array?.last
        }
        guard let number = answer?["version"]?.string.flatMap({ Int($0) }) ?? answer?["version"]?.integer.map({ Int($0) }) else {
            throw AssayError(.notFound, "no version of \(name) is there: nothing holds that stage or alias")
        }
        return number
    }

    /// The folder of a version's frozen files, as segments below the artifact proxy.
    func folder(of name: Text, version: Int) async throws(AssayError) -> [String] {
        let answer = try await client.json(
            Self.mlflow + ["model-versions", "get-download-uri"],
            query: [("name", name.string), ("version", String(version))])
        guard let location = answer["artifact_uri"]?.string else {
            throw AssayError(.unreadable, "\(client.address) names no files for version \(version) of \(name)")
        }
        return try folder(location)
    }

    func file(_ folder: [String], _ path: Text, limit: Int) async throws(AssayError) -> [UInt8] {
        try await client.bytes(
            Self.proxy + folder + path.string.split(separator: "/").map(String.init), limit: limit)
    }

    // MARK: Folders

    private struct Entry {
        let name: String
        let isFolder: Bool
    }

    /// The segments of an `mlflow-artifacts:` address.
    private func folder(_ location: String) throws(AssayError) -> [String] {
        guard location.hasPrefix("mlflow-artifacts:/") else {
            throw AssayError(
                .unsupported,
                "the files are at \(location.prefix(200)), and only files behind the server's artifact proxy are read")
        }
        var rest = location.dropFirst("mlflow-artifacts:".count)
        // mlflow-artifacts://host/path names the host again.
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        let parts = rest.split(separator: "/").map(String.init)
        guard ModelReference.isPlainPath(parts.joined(separator: "/")) else {
            throw AssayError(.unreadable, "the server names files at \(location.prefix(200)), which is no plain path")
        }
        return parts
    }

    private func list(_ folder: [String]) async throws(AssayError) -> [Entry] {
        let answer = try await client.json(Self.proxy, query: [("path", folder.joined(separator: "/"))])
        return (answer["files"]?.array ?? []).compactMap { file in
            guard let path = file["path"]?.string, let name = path.split(separator: "/").last.map(String.init),
                name != ".", name != ".."
            else { return nil }
            return Entry(name: name, isFolder: file["is_dir"]?.bool ?? false)
        }
    }

    private func files(under root: [String]) async throws(AssayError) -> MemoryModelFiles {
        var files: [Text: [UInt8]] = [:]
        var total = 0
        var open: [[String]] = [[]]
        var seen = 0
        while let folder = open.popLast() {
            for entry in try await list(root + folder) {
                seen += 1
                guard seen <= Self.fileLimit, folder.count < 32 else {
                    throw AssayError(.limitExceeded, "the model has more than \(Self.fileLimit) files and is not downloaded")
                }
                let path = folder + [entry.name]
                if entry.isFolder {
                    open.append(path)
                } else {
                    let name = Text(path.joined(separator: "/"))
                    let bytes = try await file(root, name, limit: ScoringModel.fileByteLimit)
                    total += bytes.count
                    guard total <= Self.totalLimit else {
                        throw AssayError(.limitExceeded, "the model has more than \(Self.totalLimit) bytes and is not downloaded")
                    }
                    files[name] = bytes
                }
            }
        }
        return MemoryModelFiles(files)
    }
}
