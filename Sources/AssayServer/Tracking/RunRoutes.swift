import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

func runRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/runs/create", .log, on: .newRun) { exchange in
            let request = try CreateRunRequest(exchange.fields())
            let run = try await useCases.createRun(
                experimentID: request.experimentID, name: request.name, userID: request.userID,
                startTime: request.startTime, tags: request.tags, by: exchange.principal)
            return .json(["run": TrackingAnswers.newRun(run)])
        },
        Route("GET", "/mlflow/runs/get", .read, on: .filtered) { exchange in
            .json(["run": TrackingAnswers.run(try await useCases.run(try exchange.fields().runID()))])
        },
        Route("POST", "/mlflow/runs/update", .log, on: .updatedRun) { exchange in
            let request = try UpdateRunRequest(exchange.fields())
            let info = try await useCases.updateRun(
                request.runID, status: request.status, endTime: request.endTime, name: request.name)
            return .json(["run_info": TrackingAnswers.runInfo(info)])
        },
        Route("POST", "/mlflow/runs/delete", .delete, on: .runWithoutUUID) { exchange in
            try await useCases.setRunStage(try exchange.fields().runID(orUUID: false), .deleted)
            return .nothing
        },
        Route("POST", "/mlflow/runs/restore", .delete, on: .runWithoutUUID) { exchange in
            try await useCases.setRunStage(try exchange.fields().runID(orUUID: false), .active)
            return .nothing
        },
        Route("POST", "/mlflow/runs/search", .read, on: .filtered) { exchange in
            try await searchRuns(useCases, try SearchRunsRequest(exchange.fields()), flat: false)
        },
        // For callers with curl: any content type, all experiments unless some are named, and flat keys beside MLflow's.
        Route("GET", "/mlflow/runs/search", .read, on: .filtered, body: .anyContentType(limit: Route.standardBodyLimit)) { exchange in
            guard exchange.query.isEmpty || exchange.body.isEmpty else {
                throw AssayError(.invalidArgument, "The search stands in the address and in the body. Give it in one of them.")
            }
            return try await searchRuns(useCases, try SearchRunsRequest(exchange.fields(), allWithoutIDs: true), flat: true)
        },
        Route("POST", "/mlflow/runs/log-parameter", .log, on: .run) { exchange in
            let fields = try exchange.fields()
            let id = try fields.runID()
            let param = KeyValue(key: try fields.requiredText("key"), value: try fields.text("value") ?? "")
            try await useCases.append(RunBatch(params: [try TrackingRules.param(param)]), to: id)
            return .nothing
        },
        Route("POST", "/mlflow/runs/set-tag", .log, on: .run) { exchange in
            let fields = try exchange.fields()
            let id = try fields.runID()
            let tag = KeyValue(key: try fields.requiredText("key"), value: try fields.text("value") ?? "")
            try await useCases.append(RunBatch(tags: [try TrackingRules.tag(tag)]), to: id)
            return .nothing
        },
        Route("POST", "/mlflow/runs/delete-tag", .log, on: .runWithoutUUID) { exchange in
            let fields = try exchange.fields()
            try await useCases.deleteRunTag(try fields.runID(orUUID: false), key: try fields.requiredText("key"))
            return .nothing
        },
        Route("POST", "/mlflow/runs/log-batch", .log, on: .runOfBatch) { exchange in
            let request = try LogBatchRequest(body: exchange.body)
            try await useCases.append(request.batch, to: request.runID)
            return .nothing
        },
        Route("POST", "/mlflow/runs/log-model", .log, on: .runOfModel) { exchange in
            let request = try LogModelRequest(exchange.fields())
            try await useCases.rewriteRunTag(request.runID, key: LogModelRequest.tag) { try request.tagValue(after: $0) }
            return .nothing
        },
        Route("POST", "/mlflow/runs/log-inputs", .log, on: .runOfInputs) { exchange in
            let request = try LogInputsRequest(exchange.fields())
            try await useCases.addInputs(request.datasets, models: request.models, to: request.runID)
            return .nothing
        },
        Route("POST", "/mlflow/runs/outputs", .log, on: .runWithoutUUID) { exchange in
            let fields = try exchange.fields()
            let id = try fields.runID(orUUID: false)
            let models = try fields.objects("models").map {
                ModelOutput(modelID: try $0.requiredText("model_id"), step: try $0.integer("step") ?? 0)
            }
            guard try fields.has("models") else { throw RequestFields.missing("models") }
            try await useCases.addOutputs(models, to: id)
            return .nothing
        },
    ]
}

private func searchRuns(_ useCases: UseCases, _ request: SearchRunsRequest, flat: Bool) async throws -> Reply {
    let page = try await useCases.searchRuns(request.query, experiments: request.experiments)
    let runs = page.items.map { found in
        // MLflow's search leaves out which models a run used.
        var run = found
        run.modelInputs = []
        return TrackingAnswers.run(run, flat: flat)
    }
    return .json(TrackingAnswers.list("runs", runs, next: request.token(page.next)))
}
