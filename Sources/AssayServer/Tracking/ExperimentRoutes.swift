import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

func experimentRoutes(_ useCases: UseCases) -> [Route] {
    let search: @Sendable (Exchange) async throws -> Reply = { exchange in
        let request = try SearchExperimentsRequest(exchange.fields())
        let page = try await useCases.searchExperiments(request.query)
        return .json(
            TrackingAnswers.list(
                "experiments", page.items.map(TrackingAnswers.experiment), next: request.token(page.next)))
    }
    return [
        Route("POST", "/mlflow/experiments/create", .log, on: .newExperiment) { exchange in
            let request = try CreateExperimentRequest(exchange.fields())
            let experiment = try await useCases.createExperiment(
                name: request.name, artifactLocation: request.artifactLocation, tags: request.tags,
                by: exchange.principal)
            return .json(["experiment_id": .string(String(experiment.id))])
        },
        Route("GET", "/mlflow/experiments/get", .read, on: .filtered) { exchange in
            let id = try TrackingRules.experimentID(try exchange.fields().requiredText("experiment_id"))
            return .json(["experiment": TrackingAnswers.experiment(try await useCases.experiment(id))])
        },
        Route("GET", "/mlflow/experiments/get-by-name", .read, on: .filtered) { exchange in
            let name = try exchange.fields().requiredText("experiment_name")
            return .json(["experiment": TrackingAnswers.experiment(try await useCases.experiment(named: name))])
        },
        Route("GET", "/mlflow/experiments/search", .read, on: .filtered, handler: search),
        Route("POST", "/mlflow/experiments/search", .read, on: .filtered, handler: search),
        Route("POST", "/mlflow/experiments/update", .log, on: .renamedExperiment) { exchange in
            let fields = try exchange.fields()
            let id = try TrackingRules.experimentID(try fields.requiredText("experiment_id"))
            let name = try fields.requiredText("new_name")
            try TrackingRules.checkExperimentName(name)
            try await useCases.renameExperiment(id, to: name)
            return .nothing
        },
        Route("POST", "/mlflow/experiments/delete", .delete, on: .experiment) { exchange in
            let id = try TrackingRules.experimentID(try exchange.fields().requiredText("experiment_id"))
            try await useCases.deleteExperiment(id)
            return .nothing
        },
        Route("POST", "/mlflow/experiments/restore", .delete, on: .experiment) { exchange in
            let id = try TrackingRules.experimentID(try exchange.fields().requiredText("experiment_id"))
            try await useCases.restoreExperiment(id)
            return .nothing
        },
        Route("POST", "/mlflow/experiments/set-experiment-tag", .log, on: .experiment) { exchange in
            let fields = try exchange.fields()
            let id = try TrackingRules.experimentID(try fields.requiredText("experiment_id"))
            let tag = KeyValue(key: try fields.requiredText("key"), value: try fields.text("value") ?? "")
            try await useCases.setExperimentTag(id, try TrackingRules.experimentTag(tag))
            return .nothing
        },
        Route("POST", "/mlflow/experiments/delete-experiment-tag", .log, on: .experiment) { exchange in
            let fields = try exchange.fields()
            let id = try TrackingRules.experimentID(try fields.requiredText("experiment_id"))
            try await useCases.deleteExperimentTag(id, key: try fields.requiredText("key"))
            return .nothing
        },
        Route("POST", "/mlflow/experiments/search-datasets", .read, on: .filtered) { exchange in
            let ids = try exchange.fields().texts("experiment_ids")
            guard !ids.isEmpty else {
                throw AssayError(.invalidArgument, "SearchDatasets request must specify at least one experiment_id.")
            }
            guard ids.count <= 20 else {
                throw AssayError(
                    .invalidArgument,
                    "SearchDatasets request cannot specify more than 20 experiment_ids. Received \(ids.count) experiment_ids.")
            }
            let summaries = try await useCases.datasetSummaries(experiments: try ids.map(TrackingRules.experimentID))
            return .json(TrackingAnswers.list("dataset_summaries", summaries.map(TrackingAnswers.datasetSummary)))
        },
    ]
}
