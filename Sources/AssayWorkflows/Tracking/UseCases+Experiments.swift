import AssayStore
package import AssayTerms

extension UseCases {
    /// - Parameter creator: has the share MANAGE of it, if named.
    package func createExperiment(
        name: Text, artifactLocation: Text, tags: [KeyValue], by creator: Principal = .anonymous
    ) async throws -> Experiment {
        let texts: [(Text?, String)] = [(name, "the name of an experiment"), (artifactLocation, "the address of its artifacts")]
        warn(try scan(tags, "tag") + scan(texts: texts), of: "an experiment")
        let now = effects.nowMilliseconds()
        return try await store.write { tx in
            let experiment = try tx.createExperiment(
                name: name,
                artifactLocation: { id in artifactLocation.isEmpty ? Text("\(ArtifactAddress.scheme):/\(id)") : artifactLocation },
                tags: tags, at: now)
            try shareWithCreator(.experiment(experiment.id), creator, in: tx)
            return experiment
        }
    }

    package func experiment(_ id: Int64) async throws -> Experiment {
        try await store.read { try $0.existingExperiment(id) }
    }

    package func experiment(named name: Text) async throws -> Experiment {
        try await store.read { snapshot in
            guard let experiment = try snapshot.experiment(named: name) else {
                throw AssayError(.notFound, "Could not find experiment with name '\(name)'")
            }
            return experiment
        }
    }

    package func searchExperiments(_ query: SearchQuery) async throws -> SearchPage<Experiment> {
        try await store.read { try $0.searchExperiments(query) }
    }

    package func renameExperiment(_ id: Int64, to name: Text) async throws {
        warn(try scan(texts: [(name, "the name of an experiment")]), of: "experiment \(id)")
        let now = effects.nowMilliseconds()
        try await store.write { tx in
            guard try tx.existingExperiment(id).stage == .active else {
                throw AssayError(.conflict, "Cannot rename a non-active experiment. Restore experiment \(id) first.")
            }
            try tx.renameExperiment(id, to: name, at: now)
        }
    }

    /// Deletes the experiment and its runs; both can be restored.
    package func deleteExperiment(_ id: Int64) async throws {
        let now = effects.nowMilliseconds()
        try await store.write { tx in
            _ = try tx.existingExperiment(id, in: [.active])
            try tx.setExperimentStage(id, .deleted, at: now)
        }
    }

    package func restoreExperiment(_ id: Int64) async throws {
        let now = effects.nowMilliseconds()
        try await store.write { tx in
            _ = try tx.existingExperiment(id, in: [.deleted])
            try tx.setExperimentStage(id, .active, at: now)
        }
    }

    package func setExperimentTag(_ id: Int64, _ tag: KeyValue) async throws {
        warn(try scan([tag], "tag"), of: "experiment \(id)")
        try await store.write { tx in
            _ = try tx.activeExperiment(id)
            try tx.setExperimentTag(id, tag)
        }
    }

    package func deleteExperimentTag(_ id: Int64, key: Text) async throws {
        try await store.write { tx in
            _ = try tx.activeExperiment(id)
            guard try tx.deleteExperimentTag(id, key: key) else {
                throw AssayError(.notFound, "No tag with name: \(key) in experiment with id \(id)")
            }
        }
    }

    package func datasetSummaries(experiments: [Int64]) async throws -> [DatasetSummary] {
        try await store.read { try $0.datasetSummaries(experiments: experiments) }
    }
}
