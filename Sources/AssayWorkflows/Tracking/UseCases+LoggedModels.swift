package import AssayStore
package import AssayTerms

extension UseCases {
    package func createLoggedModel(
        experimentID: Int64, name: Text, modelType: Text, sourceRunID: Text, params: [KeyValue], tags: [KeyValue],
        by principal: Principal
    ) async throws -> LoggedModel {
        let id = Text("m-" + effects.newID())
        let findings = try scan(params, "parameter") + scan(tags, "tag") + scan(texts: [(name, "the name of a logged model")])
        warn(findings, of: "logged model \(id)")
        let name = name.isEmpty ? Text(RandomName.make(effects.randomBytes(4))) : name
        let now = effects.nowMilliseconds()
        return try await store.write { tx in
            let experiment = try tx.activeExperiment(experimentID)
            try tx.createLoggedModel(
                LoggedModel(
                    id: id, experimentID: experimentID, name: name, modelType: modelType, sourceRunID: sourceRunID,
                    status: .pending, stage: .active, creationTime: now, lastUpdateTime: now,
                    artifactURI: ArtifactAddress.uri(experiment.artifactLocation, ["models", id.string, "artifacts"]),
                    createdBy: principal.id, params: params, tags: tags))
            return try tx.existingLoggedModel(id)
        }
    }

    package func loggedModel(_ id: Text, allowDeleted: Bool = false) async throws -> LoggedModel {
        try await store.read { try $0.existingLoggedModel(id, allowDeleted: allowDeleted) }
    }

    package func searchLoggedModels(
        _ query: SearchQuery, experiments: [Int64], datasets: [LoggedModelDataset]
    ) async throws -> SearchPage<LoggedModel> {
        try await store.read { try $0.searchLoggedModels(query, experiments: experiments, datasets: datasets) }
    }

    package func finalizeLoggedModel(_ id: Text, _ status: LoggedModelStatus) async throws -> LoggedModel {
        let now = effects.nowMilliseconds()
        return try await store.write { tx in
            _ = try tx.existingLoggedModel(id, allowDeleted: true)
            try tx.setLoggedModelStatus(id, status, at: now)
            return try tx.existingLoggedModel(id, allowDeleted: true)
        }
    }

    package func deleteLoggedModel(_ id: Text) async throws {
        let now = effects.nowMilliseconds()
        try await store.write { tx in
            _ = try tx.existingLoggedModel(id, allowDeleted: true)
            try tx.setLoggedModelStage(id, .deleted, at: now)
        }
    }

    package func setLoggedModelTags(_ id: Text, _ tags: [KeyValue]) async throws {
        warn(try scan(tags, "tag"), of: "logged model \(id)")
        try await store.write { tx in
            _ = try tx.existingLoggedModel(id, allowDeleted: true)
            try tx.setLoggedModelTags(id, tags)
        }
    }

    package func deleteLoggedModelTag(_ id: Text, key: Text) async throws {
        try await store.write { tx in
            _ = try tx.existingLoggedModel(id, allowDeleted: true)
            guard try tx.deleteLoggedModelTag(id, key: key) else {
                throw AssayError(.notFound, "No tag with key \(key.pythonLiteral) found for model with ID '\(id)'.")
            }
        }
    }

    package func addLoggedModelParams(_ id: Text, _ params: [KeyValue]) async throws {
        warn(try scan(params, "parameter"), of: "logged model \(id)")
        try await store.write { tx in
            _ = try tx.existingLoggedModel(id, allowDeleted: true)
            try tx.addLoggedModelParams(id, params)
        }
    }
}
