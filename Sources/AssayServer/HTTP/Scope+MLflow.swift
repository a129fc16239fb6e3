import AssayTerms
import AssayWire
import AssayWorkflows

/// How MLflow's requests name what they are about. Each reads what its handler reads, with the same code, so that no request
/// can name one object to the check and another one to the handler.
extension Scope {
    // MARK: - Experiments and what is in them

    static let experiment = objects("experiment") { [.experiment(try experimentID($0))] }
    static let newExperiment = objects("new experiment") {
        [.newExperiment(try CreateExperimentRequest($0.fields()).name)]
    }
    static let renamedExperiment = objects("experiment, new experiment") {
        [.experiment(try experimentID($0)), .newExperiment(try $0.fields().requiredText("new_name"))]
    }
    static let newRun = objects("experiment") { [.experiment(try CreateRunRequest($0.fields()).experimentID)] }
    static let run = objects("run") { [.run(try $0.fields().runID())] }
    static let runWithoutUUID = objects("run") { [.run(try $0.fields().runID(orUUID: false))] }
    static let runOfMetric = objects("run") { [.run(try LogMetricRequest(body: $0.body).runID)] }
    static let runOfBatch = objects("run") { [.run(try LogBatchRequest(body: $0.body).runID)] }
    static let runOfModel = objects("run") { [.run(try LogModelRequest($0.fields()).runID)] }
    static let runOfInputs = objects("run") { [.run(try LogInputsRequest($0.fields()).runID)] }
    static let updatedRun = objects("run") { [.run(try UpdateRunRequest($0.fields()).runID)] }
    /// Of an upload, whose body is the file.
    static let runInQuery = objects("run") { [.run(try RequestFields(query: $0.query).requiredText("run_uuid"))] }
    static let newLoggedModel = objects("experiment") {
        [.experiment(try CreateLoggedModelRequest($0.fields()).experimentID)]
    }
    static let loggedModel = objects("logged model") { [.loggedModel($0.parameter("model_id"))] }
    static let artifact = objects("artifact") { [.artifact(try artifactPath($0))] }
    static let upload = objects("artifact") { [.artifact(try uploadPath($0, $0.fields()))] }

    // MARK: - The registry

    static let model = objects("model") { [.model(try RegistryRules.modelName($0.fields()))] }
    static let newModel = objects("new model") { [.newModel(try RegistryRules.modelName($0.fields()))] }
    static let renamedModel = objects("model, new model") {
        let fields = try $0.fields()
        return [.model(try RegistryRules.modelName(fields)), .newModel(try RegistryRules.modelName(fields, "new_name"))]
    }

    // MARK: - Governance

    static let runInPath = objects("run") { [.run($0.parameter("id"))] }

    static let modelInPath = objects("model") { [.model($0.parameter("model"))] }
    static let governedModel = objects("model") { [.model(try GovernanceBody($0).text("model"))] }
    static let governedRequest = objects("request") { [.request(try GovernanceBody($0).text("request").string)] }

    // MARK: - Dossiers

    /// What the body says a new paper is about.
    static let paperSubject = objects("model, data set or everything") { exchange in
        let address = try GovernanceBody(exchange).address()
        if let model = address.model { return [.model(model)] }
        return [address.dataset.map { .dataset($0) } ?? .organisation]
    }
    static func paperInPath(_ kind: PaperKind) -> Scope { objects(kind.rawValue) { [.paper($0.parameter("id").string, kind)] } }
    static let namedModelInPath = objects("model") { [.model($0.parameter("name"))] }

    private static func experimentID(_ exchange: Exchange) throws -> Int64 {
        try TrackingRules.experimentID(try exchange.fields().requiredText("experiment_id"))
    }
}
