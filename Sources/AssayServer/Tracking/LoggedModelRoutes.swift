import AssayJSON
import AssayStore
import AssayTerms
import AssayWire
import AssayWorkflows

func loggedModelRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/logged-models", .log, on: .newLoggedModel) { exchange in
            let request = try CreateLoggedModelRequest(exchange.fields())
            let model = try await useCases.createLoggedModel(
                experimentID: request.experimentID, name: request.name, modelType: request.modelType,
                sourceRunID: request.sourceRunID, params: request.params, tags: request.tags, by: exchange.principal)
            return .json(["model": TrackingAnswers.loggedModel(model)])
        },
        Route("POST", "/mlflow/logged-models/search", .read, on: .filtered) { exchange in
            let request = try SearchLoggedModelsRequest(exchange.fields())
            let page = try await useCases.searchLoggedModels(
                request.query, experiments: request.experiments,
                datasets: request.datasets.map { LoggedModelDataset(name: $0.name, digest: $0.digest) })
            return .json(
                TrackingAnswers.list("models", page.items.map(TrackingAnswers.loggedModel), next: request.token(page.next)))
        },
        Route("GET", "/mlflow/logged-models/{model_id}", .read, on: .filtered) { exchange in
            let allowDeleted = exchange.queryValue("allow_deleted")?.lowercased() == "true"
            let model = try await useCases.loggedModel(exchange.parameter("model_id"), allowDeleted: allowDeleted)
            return .json(["model": TrackingAnswers.loggedModel(model)])
        },
        Route("PATCH", "/mlflow/logged-models/{model_id}", .log, on: .loggedModel) { exchange in
            let fields = try exchange.fields()
            try requireSameModel(exchange, fields)
            let status = try LoggedModelStatus(fields)
            let model = try await useCases.finalizeLoggedModel(exchange.parameter("model_id"), status)
            return .json(["model": TrackingAnswers.loggedModel(model)])
        },
        Route("DELETE", "/mlflow/logged-models/{model_id}", .delete, on: .loggedModel, body: Route.BodyRule.none) { exchange in
            try await useCases.deleteLoggedModel(exchange.parameter("model_id"))
            return .nothing
        },
        Route("POST", "/mlflow/logged-models/{model_id}/params", .log, on: .loggedModel) { exchange in
            let fields = try exchange.fields()
            try requireSameModel(exchange, fields)
            try await useCases.addLoggedModelParams(exchange.parameter("model_id"), try fields.pairs("params"))
            return .nothing
        },
        Route("PATCH", "/mlflow/logged-models/{model_id}/tags", .log, on: .loggedModel) { exchange in
            try await useCases.setLoggedModelTags(exchange.parameter("model_id"), try exchange.fields().pairs("tags"))
            return .nothing
        },
        Route("DELETE", "/mlflow/logged-models/{model_id}/tags/{tag_key}", .log, on: .loggedModel, body: Route.BodyRule.none) { exchange in
            try await useCases.deleteLoggedModelTag(exchange.parameter("model_id"), key: exchange.parameter("tag_key"))
            return .nothing
        },
        Route("GET", "/mlflow/logged-models/{model_id}/artifacts/directories", .read, on: .filtered) { exchange in
            let folder = try ArtifactPath.checked(try exchange.fields().text("artifact_directory_path") ?? "")
            let (root, entries) = try await useCases.loggedModelArtifacts(exchange.parameter("model_id"), folder: folder)
            return artifactListing(root: root, entries)
        },
        Route("GET", "/mlflow/logged-models/{model_id}/artifacts/files", .read, on: .filtered) { exchange in
            guard let path = try ArtifactPath.checked(try exchange.fields().text("artifact_file_path") ?? "") else {
                throw AssayError(.unreadable, "Request must include the \"artifact_file_path\" query parameter.")
            }
            let model = exchange.parameter("model_id")
            return try await artifactReply(useCases, exchange) { try await useCases.loggedModelArtifact(model, path: path) }
        },
    ]
}

/// Demands the id that stands in the address in the body too, as MLflow does, and that both are the same: MLflow takes now
/// the one, now the other.
private func requireSameModel(_ exchange: Exchange, _ fields: RequestFields) throws(AssayError) {
    let (address, body) = (exchange.parameter("model_id"), try fields.requiredText("model_id"))
    guard address == body else {
        throw AssayError(
            .invalidArgument,
            "The address names the logged model '\(address)' and the body's 'model_id' is '\(body)'. Send the same one in both.")
    }
}

extension LoggedModelStatus {
    /// The status a client sets, by name or number.
    fileprivate init(_ fields: RequestFields) throws(AssayError) {
        let status: LoggedModelStatus?
        if let number = try? fields.integer("status") {
            status = LoggedModelStatus(rawValue: number)
        } else {
            status = LoggedModelStatus(name: try fields.requiredText("status").string)
        }
        guard let status, status != .unspecified else {
            throw AssayError(
                .invalidArgument,
                "Invalid value for parameter 'status' supplied. It must be LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.")
        }
        self = status
    }
}
