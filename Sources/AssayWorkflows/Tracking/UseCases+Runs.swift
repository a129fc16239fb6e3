import AssayStore
package import AssayTerms

extension UseCases {
    /// - Parameter principal: becomes the run's creator; `userID` stays the client's label.
    package func createRun(
        experimentID: Int64, name: Text, userID: Text, startTime: Int64, tags: [KeyValue], by principal: Principal
    ) async throws -> Run {
        let id = Text(effects.newID())
        let name = name.isEmpty ? Text(RandomName.make(effects.randomBytes(4))) : name
        let findings = try scan(tags, "tag") + scan(texts: [(name, "the name of a run")])
        return try await store.write { tx in
            let experiment = try tx.activeExperiment(experimentID)
            let info = RunInfo(
                id: id, experimentID: experimentID, name: name, userID: userID, status: .running, startTime: startTime,
                endTime: nil, stage: .active,
                artifactURI: ArtifactAddress.uri(experiment.artifactLocation, [id.string, "artifacts"]),
                createdBy: principal.id)
            let named = tags.contains { $0.key == RunName.tag }
            try tx.createRun(
                NewRun(info: info, tags: named ? tags : tags + [KeyValue(key: RunName.tag, value: name)]))
            if !findings.isEmpty, let handle = try tx.runHandle(id) { try tell(findings, on: handle, tx) }
            guard let run = try tx.run(id) else {
                throw AssayError(.internalFault, "A run vanished inside the use case that made it.")
            }
            return run
        }
    }

    package func run(_ id: Text) async throws -> Run {
        try await store.read { snapshot in
            _ = try snapshot.existingRun(id)
            guard let run = try snapshot.run(id) else {
                throw AssayError(.internalFault, "A run vanished inside one snapshot.")
            }
            return run
        }
    }

    package func searchRuns(_ query: SearchQuery, experiments: [Int64]?) async throws -> SearchPage<Run> {
        try await store.read { try $0.searchRuns(query, experiments: experiments) }
    }

    package func updateRun(_ id: Text, status: RunStatus?, endTime: Int64?, name: Text?) async throws -> RunInfo {
        let findings = try scan(texts: [(name, "the name of a run")])
        return try await store.write { tx in
            let run = try tx.activeRun(id)
            try tx.updateRun(run, status: status, endTime: endTime, name: name)
            try tell(findings, on: run, tx)
            if let name { try tx.append(RunBatch(tags: [KeyValue(key: RunName.tag, value: name)]), to: run) }
            guard let info = try tx.runInfo(id) else {
                throw AssayError(.internalFault, "A run vanished inside one use case.")
            }
            return info
        }
    }

    package func setRunStage(_ id: Text, _ stage: LifecycleStage) async throws {
        let now = effects.nowMilliseconds()
        try await store.write { tx in try tx.setRunStage(tx.existingRun(id), stage, at: now) }
    }

    /// Adds everything in `batch`, or nothing.
    package func append(_ batch: RunBatch, to id: Text) async throws {
        let findings = try scan(batch.params, "parameter") + scan(batch.tags, "tag")
        let access = AccessGuard.current
        let models = Set(batch.metrics.compactMap(\.modelID))
        try await store.write { tx in
            let run = try tx.activeRun(id)
            // A metric is written onto the logged model it names as well.
            for model in models { try access?.check(.loggedModel(model), tx) }
            var batch = batch
            // A run keeps its name if it is given an empty one.
            batch.tags.removeAll { $0.key == RunName.tag && $0.value.isEmpty }
            try tx.append(batch, to: run)
            try tx.addLoggedModelMetrics(batch.metrics, from: run)
            try tell(findings, on: run, tx)
            if let name = batch.tags.last(where: { $0.key == RunName.tag }) {
                try tx.updateRun(run, status: nil, endTime: nil, name: name.value)
            }
        }
    }

    package func deleteRunTag(_ id: Text, key: Text) async throws {
        try await store.write { tx in
            guard try tx.deleteTag(key, of: tx.activeRun(id)) else {
                throw AssayError(.notFound, "No tag with name: \(key) in run with id \(id)")
            }
        }
    }

    /// Sets a tag to a value made from the one it has.
    package func rewriteRunTag(
        _ id: Text, key: Text, _ value: @escaping @Sendable (Text?) throws -> Text
    ) async throws {
        try await store.write { tx in
            let run = try tx.activeRun(id)
            try tx.append(RunBatch(tags: [KeyValue(key: key, value: try value(tx.tag(key, of: run)))]), to: run)
        }
    }

    package func addInputs(_ datasets: [DatasetInput], models: [Text], to id: Text) async throws {
        let findings = try scan(datasets.flatMap(\.tags), "tag") + scan(texts: datasets.flatMap { input in
            let dataset = input.dataset
            let texts: [Text?] = [
                dataset.name, dataset.digest, dataset.sourceType, dataset.source, dataset.schema, dataset.profile,
            ]
            return texts.map { ($0, "a data set's line") }
        })
        try await store.write { tx in
            let run = try tx.activeRun(id)
            // Before they are there: what is new is asked of what was.
            try dataWatch?.willAdd(datasets.map(\.dataset), to: run, in: tx)
            try tx.addInputs(datasets, models: models, to: run)
            try tell(findings, on: run, tx)
        }
    }

    package func addOutputs(_ models: [ModelOutput], to id: Text) async throws {
        try await store.write { try $0.addOutputs(models, to: $0.activeRun(id)) }
    }

    // MARK: - Histories

    /// An unknown run has no points.
    package func metricHistory(
        _ id: Text, key: Text, after: SearchPosition?, limit: Int
    ) async throws -> SearchPage<MetricPoint> {
        try await store.read { snapshot in
            guard let run = try snapshot.runHandle(id) else { return SearchPage(items: [], next: nil) }
            return try snapshot.metricHistory(run, key: key, after: after, limit: limit)
        }
    }

    /// The first `limit` points of a metric in several runs, in the order of their ids; unknown runs have none.
    package func metricHistories(_ ids: [Text], key: Text, limit: Int) async throws -> [MetricPoint] {
        try await store.read { snapshot in
            var points: [MetricPoint] = []
            for id in Set(ids).sorted() where points.count < limit {
                guard let run = try snapshot.runHandle(id) else { continue }
                let page = try snapshot.metricHistory(run, key: key, after: nil, limit: limit - points.count)
                points += page.items.map { point in
                    var point = point
                    point.runID = id
                    return point
                }
            }
            return points
        }
    }

    package func sampledHistories(
        _ ids: [Text], key: Text, steps: ClosedRange<Int64>?, limit: Int
    ) async throws -> [MetricPoint] {
        try await store.read { snapshot in
            let runs = try ids.compactMap { try snapshot.runHandle($0) }
            return try runs.flatMap { run in
                try snapshot.sampledHistory(run, key: key, steps: steps, limit: limit).map { point in
                    var point = point
                    point.runID = run.id
                    return point
                }
            }
        }
    }
}
