import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows

func modelVersionRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow/model-versions/create", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "source")
            let version = try await useCases.createModelVersion(
                NewModelVersion(
                    modelName: try RegistryRules.modelName(fields), source: try fields.requiredText("source"),
                    runID: try fields.text("run_id"), loggedModelID: try fields.text("model_id"),
                    runLink: try fields.text("run_link") ?? "", description: try fields.text("description") ?? "",
                    tags: try RegistryRules.tags(fields)), by: exchange.principal)
            return answer(version)
        },
        Route("GET", "/mlflow/model-versions/get", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version")
            return answer(
                try await useCases.modelVersion(
                    try RegistryRules.versionNumber(fields), ofModelNamed: try RegistryRules.modelName(fields)))
        },
        Route("GET", "/mlflow/model-versions/search", .read, on: .filtered) { exchange in
            let request = try RegistrySearchRequest.versions(exchange.fields())
            let page = try await useCases.searchModelVersions(request.query, prompts: request.prompts)
            return .json(
                TrackingAnswers.list(
                    "model_versions", page.items.map(RegistryAnswers.version), next: request.token(page.next)))
        },
        Route("PATCH", "/mlflow/model-versions/update", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version")
            return answer(
                try await useCases.describeModelVersion(
                    try RegistryRules.versionNumber(fields), ofModelNamed: try RegistryRules.modelName(fields),
                    try fields.text("description"), by: exchange.principal))
        },
        Route("POST", "/mlflow/model-versions/transition-stage", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version", "stage")
            return answer(
                try await useCases.moveVersion(
                    try RegistryRules.versionNumber(fields), ofModelNamed: try RegistryRules.modelName(fields),
                    to: try UseCases.stage(try fields.requiredText("stage")),
                    archivingOthers: try fields.bool("archive_existing_versions") ?? false, by: exchange.principal))
        },
        Route("DELETE", "/mlflow/model-versions/delete", .delete, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version")
            try await useCases.deleteModelVersion(
                try RegistryRules.versionNumber(fields), ofModelNamed: try RegistryRules.modelName(fields),
                by: exchange.principal)
            return .nothing
        },
        Route("POST", "/mlflow/model-versions/set-tag", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version", "key")
            try await useCases.setTag(
                try RegistryRules.tag(fields), ofVersion: try RegistryRules.versionNumber(fields),
                modelNamed: try RegistryRules.modelName(fields), by: exchange.principal)
            return .nothing
        },
        Route("DELETE", "/mlflow/model-versions/delete-tag", .register, on: .model) { exchange in
            let fields = try exchange.fields()
            try fields.require("name", "version", "key")
            try await useCases.deleteTag(
                try RegistryRules.tagKey(fields), ofVersion: try RegistryRules.versionNumber(fields),
                modelNamed: try RegistryRules.modelName(fields), by: exchange.principal)
            return .nothing
        },
        Route("GET", "/mlflow/model-versions/get-download-uri", .read, on: .filtered) { exchange in
            // MLflow demands no field here and finds out while it looks.
            let fields = try exchange.fields()
            guard let name = try fields.text("name"), !name.isEmpty else {
                throw AssayError(.invalidArgument, "Missing value for required parameter 'name'.")
            }
            let uri = try await useCases.downloadURI(
                ofVersion: try RegistryRules.versionNumber((try fields.text("version") ?? "").string), modelNamed: name)
            return .json(["artifact_uri": .string(uri.string)])
        },
    ]
}

/// A file of a version for MLflow's pages, which stand outside the versioned prefixes.
func versionArtifactRoutes(_ useCases: UseCases) -> [Route] {
    ["/model-versions/get-artifact", "/ajax-api/2.0/mlflow/model-versions/get-artifact"].map { path in
        Route("GET", path, .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            guard let path = try ArtifactPath.checked(try fields.requiredText("path")) else {
                throw RequestFields.missing("path")
            }
            let (version, model) = (try RegistryRules.versionNumber(fields), try RegistryRules.modelName(fields))
            return try await artifactReply(useCases, exchange) {
                try await useCases.versionArtifact(version, ofModelNamed: model, path: path)
            }
        }
    }
}
