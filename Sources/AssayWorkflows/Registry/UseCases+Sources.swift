import AssayStore
package import AssayTerms

/// From what a client names as a source to files we hold. Rules and words are MLflow's
/// (3.17.2, `server/handlers.py`, `_create_model_version` and what it calls).
extension UseCases {
    /// - Throws: `invalidArgument` for a source that its ids do not contain; `notFound` for models and versions that do
    ///   not exist.
    static func resolve(_ new: NewModelVersion, _ tx: any StoreSnapshot) throws -> ResolvedSource {
        if new.isPrompt { return try new.resolvedAsPrompt() }
        let source = try ModelSource(new.source)
        if case .version(let name, let reference) = source { return try resolve(new, name, reference, tx) }
        if let modelID = new.loggedModelID, !modelID.isEmpty { return try resolve(new, source, inModel: modelID, tx) }
        return try resolve(new, source, inRun: new.runID ?? "", tx)
    }

    /// A version of a registered model: its own frozen files, and its lineage.
    private static func resolve(
        _ new: NewModelVersion, _ name: Text, _ reference: ModelSource.Reference, _ tx: any StoreSnapshot
    ) throws -> ResolvedSource {
        let model = try tx.existingModel(named: name)
        let version: ModelVersion
        switch reference {
        case .number(let number): version = try tx.existingVersion(number, ofModelNamed: name)
        case .alias(let alias): version = try self.version(ofAlias: alias, modelNamed: name, tx)
        case .latest, .stage:
            var stage: ModelStage?
            if case .stage(let text) = reference { stage = try self.stage(text) }
            let candidates = try tx.latestVersions(ofModel: model.id).filter { stage == nil || $0.stage == stage }
            guard let newest = candidates.max(by: { $0.number < $1.number }) else {
                let inStage = stage.map { " and stage '\($0.rawValue)'" } ?? ""
                throw AssayError(.notFound, "No versions of model with name '\(name)'\(inStage) found")
            }
            version = newest
        }
        guard new.runID.map({ $0 == version.runID }) ?? true,
            new.loggedModelID.map({ $0.isEmpty || $0 == version.loggedModelID }) ?? true
        else {
            throw AssayError(
                .invalidArgument,
                "Invalid model version source: '\(new.source)'. The run_id and model_id request parameters must match the referenced model version.")
        }
        let files: SourceFiles
        switch version.content {
        case .frozen:
            files = .held(
                owner: FileOwner(.modelVersion, id: Text(version.id)), folder: nil,
                beside: FileOwner(.modelVersionRun, id: Text(version.id)))
        case .unfrozen(let reason): files = .none(reason: reason)
        }
        return ResolvedSource(
            source: Text("models:/\(name)/\(version.number)"), runID: version.runID,
            loggedModelID: version.loggedModelID, files: files, loggedBy: version.authors.logged,
            runBy: version.authors.run, copiedFrom: version)
    }

    /// A source said to be in a logged model.
    private static func resolve(
        _ new: NewModelVersion, _ source: ModelSource, inModel modelID: Text, _ tx: any StoreSnapshot
    ) throws -> ResolvedSource {
        if case .local = source { throw local(new.source, "model_id") }
        let model = try tx.loggedModel(modelID).flatMap { $0.stage == .active ? $0 : nil }
        var folder: Text?
        var isHeld = true
        switch source {
        case .loggedModel(let id):
            guard id == modelID else { throw ModelSource.notIn(new.source, "model_id") }
        case .artifacts(let authority, let segments):
            guard let model, let inner = Self.inner(segments, authority, below: model.artifactURI) else {
                throw ModelSource.notIn(new.source, "model_id")
            }
            folder = inner
        case .run, .artifactsOverHTTP: throw ModelSource.notIn(new.source, "model_id")
        case .version, .local, .elsewhere: isHeld = false
        }
        guard let model else {
            let unknown = "Logged model with ID '\(modelID)' not found."
            guard case .loggedModel = source else { throw AssayError(.notFound, unknown) }
            throw AssayError(
                .notFound, "Unable to fetch model from model URI source artifact location '\(new.source)'.Error: \(unknown)")
        }
        let runID = new.runID.flatMap { $0.isEmpty ? nil : $0 } ?? model.sourceRunID
        let run = try tx.runInfo(runID)
        let files: SourceFiles
        if !isHeld {
            files = .none(reason: "its files are not on this server")
        } else if model.status != .ready {
            files = .none(reason: Text("the logged model \(modelID) was not READY when the version was registered"))
        } else {
            files = .held(
                owner: FileOwner(.loggedModel, id: modelID), folder: folder,
                beside: run.map { FileOwner(.run, id: $0.id) })
        }
        return ResolvedSource(
            source: new.source, runID: runID, loggedModelID: modelID, files: files, loggedBy: model.createdBy,
            runBy: run?.createdBy)
    }

    /// A source said to be in a run, or nowhere here.
    private static func resolve(
        _ new: NewModelVersion, _ source: ModelSource, inRun runID: Text, _ tx: any StoreSnapshot
    ) throws -> ResolvedSource {
        let run = try tx.runInfo(runID)
        var files: SourceFiles
        switch source {
        case .local: throw local(new.source, "run_id")
        case .loggedModel: throw ModelSource.notIn(new.source, "model_id")
        case .artifactsOverHTTP: throw ModelSource.notIn(new.source, "run_id")
        case .run(let id, let path):
            guard id == runID else { throw ModelSource.notIn(new.source, "run_id") }
            let owner = FileOwner(.run, id: id)
            files = .held(owner: owner, folder: path.isEmpty ? nil : path, beside: owner)
        case .artifacts(let authority, let segments):
            guard let run, let inner = Self.inner(segments, authority, below: run.artifactURI) else {
                throw ModelSource.notIn(new.source, "run_id")
            }
            let owner = FileOwner(.run, id: runID)
            files = .held(owner: owner, folder: inner, beside: owner)
        case .version, .elsewhere: files = .none(reason: "its files are not on this server")
        }
        if case .held = files, run == nil { files = .none(reason: Text("there is no run \(runID) on this server")) }
        return ResolvedSource(source: new.source, runID: runID, loggedModelID: nil, files: files, runBy: run?.createdBy)
    }

    /// The folders of a source below a root like `mlflow-artifacts:/0/<run>/artifacts`: `nil` if it lies elsewhere.
    private static func inner(_ segments: [String], _ authority: String, below root: Text) -> Text?? {
        let root = URIParts(root.string)
        let folders = root.segments
        guard root.scheme == "mlflow-artifacts", root.authority == authority, !folders.isEmpty,
            segments.starts(with: folders)
        else { return .none }
        let rest = segments.dropFirst(folders.count)
        return .some(rest.isEmpty ? nil : Text(rest.joined(separator: "/")))
    }

    /// - Throws: `invalidArgument` in MLflow's words.
    package static func stage(_ text: Text) throws(AssayError) -> ModelStage {
        guard let stage = ModelStage(anyCase: text.string) else {
            throw AssayError(
                .invalidArgument,
                "Invalid Model Version stage: \(text). Value must be one of None, Staging, Production, Archived.")
        }
        return stage
    }

    private static func local(_ source: Text, _ parameter: String) -> AssayError {
        AssayError(
            .invalidArgument,
            """
            Invalid model version source: '\(source)'. To use a local path as a model version source, the \(parameter) \
            request parameter has to be specified and the local path has to be contained within the artifact directory \
            of the run specified by the \(parameter).
            """)
    }
}
