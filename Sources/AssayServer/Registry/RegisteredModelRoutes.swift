import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

/// MLflow's model registry, without prefix.
func registryRoutes(_ useCases: UseCases) -> [Route] {
    registeredModelRoutes(useCases) + aliasRoutes(useCases) + modelVersionRoutes(useCases)
}

private func registeredModelRoutes(_ useCases: UseCases) -> [Route] {
    let latestVersions: @Sendable (Exchange) async throws -> Reply = { exchange in
        let fields = try exchange.fields()
        var stages: [ModelStage] = []
        for stage in try fields.texts("stages") { stages.append(try UseCases.stage(stage)) }
        let versions = try await useCases.latestVersions(ofModelNamed: try RegistryRules.modelName(fields), in: stages)
        return .json(TrackingAnswers.list("model_versions", versions.map(RegistryAnswers.version)))
    }
    return [
        Route("POST", "/mlflow/registered-models/create", .register, on: .newModel) { exchange in
            let fields = try exchange.fields()
            let model = try await useCases.createRegisteredModel(
                named: try RegistryRules.modelName(fields), tags: try RegistryRules.tags(fields),
                description: try fields.text("description"), by: exchange.principal)
            return answer((model, []))
        },
        Route("GET", "/mlflow/registered-models/get", .read, on: .filtered) { exchange in
            answer(try await useCases.registeredModel(named: try RegistryRules.modelName(exchange.fields())))
        },
        Route("GET", "/mlflow/registered-models/search", .read, on: .filtered) { exchange in
            let request = try RegistrySearchRequest.models(exchange.fields())
            let (models, next) = try await useCases.searchRegisteredModels(request.query, prompts: request.prompts)
            return .json(
                TrackingAnswers.list(
                    "registered_models", models.map { RegistryAnswers.model($0.model, latest: $0.latest) },
                    next: request.token(next)))
        },
        Route("PATCH", "/mlflow/registered-models/update", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            return answer(
                try await useCases.describeRegisteredModel(
                    named: try RegistryRules.modelName(fields), try fields.text("description"), by: exchange.principal))
        },
        Route("POST", "/mlflow/registered-models/rename", .register, on: .renamedModel) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "new_name")
            return answer(
                try await useCases.renameRegisteredModel(
                    named: try RegistryRules.modelName(fields), to: try RegistryRules.modelName(fields, "new_name"),
                    by: exchange.principal))
        },
        Route("DELETE", "/mlflow/registered-models/delete", .delete, on: .model) { exchange in
            try await useCases.deleteRegisteredModel(
                named: try RegistryRules.modelName(exchange.fields()), by: exchange.principal)
            return .nothing
        },
        Route("POST", "/mlflow/registered-models/set-tag", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "key")
            try await useCases.setTag(
                try RegistryRules.tag(fields), ofModelNamed: try RegistryRules.modelName(fields), by: exchange.principal)
            return .nothing
        },
        Route("DELETE", "/mlflow/registered-models/delete-tag", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "key")
            try await useCases.deleteTag(
                try RegistryRules.tagKey(fields), ofModelNamed: try RegistryRules.modelName(fields),
                by: exchange.principal)
            return .nothing
        },
        Route("POST", "/mlflow/registered-models/get-latest-versions", .read, on: .filtered, handler: latestVersions),
        Route("GET", "/mlflow/registered-models/get-latest-versions", .read, on: .filtered, handler: latestVersions),
    ]
}

private func aliasRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/registered-models/alias", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "alias", "version")
            try await useCases.setAlias(
                try RegistryRules.settableAlias(fields), ofModelNamed: try RegistryRules.modelName(fields),
                to: try RegistryRules.versionNumber(fields), by: exchange.principal)
            return .nothing
        },
        Route("GET", "/mlflow/registered-models/alias", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "alias")
            return answer(
                try await useCases.version(
                    ofAlias: try RegistryRules.alias(fields), modelNamed: try RegistryRules.modelName(fields)))
        },
        Route("DELETE", "/mlflow/registered-models/alias", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "alias")
            try await useCases.deleteAlias(
                try RegistryRules.alias(fields), ofModelNamed: try RegistryRules.modelName(fields),
                by: exchange.principal)
            return .nothing
        },
    ]
}

private func answer(_ model: UseCases.ModelAndLatest) -> Reply {
    .json(["registered_model": RegistryAnswers.model(model.model, latest: model.latest)])
}

func answer(_ version: ModelVersion) -> Reply { .json(["model_version": RegistryAnswers.version(version)]) }
