import AssayStore
import AssayTerms

extension StoreImport {
    func importLoggedModels(_ experiments: ExperimentMap, total: Int64?) async throws {
        var done: Int64 = 0
        var after: Text?
        while true {
            let start = after
            let page = try await store.write { tx in
                let page = try source.loggedModels(after: start, limit: Self.pageCount)
                report.note(page.problems)
                for model in page.items { try bring(model, experiments, tx) }
                return (next: page.next, count: page.items.count)
            }
            done += Int64(page.count)
            progress(ImportProgress(phase: .loggedModels, done: done, total: total))
            guard let next = page.next else { return }
            after = next
        }
    }

    private func bring(_ model: LoggedModel, _ experiments: ExperimentMap, _ tx: any StoreTransaction) throws {
        guard let model = try moved(model, experiments, tx) else {
            return report.note(
                Text("logged model \(model.id)"), "its experiment \(model.experimentID) is not there; the model was left out")
        }
        let owner = FileOwner(.loggedModel, id: model.id)
        let digest = RecordParts(model).digest
        let ours = try tx.loggedModel(model.id)
        let noted = try tx.importedOwner(owner)
        if let ours, noted == nil {
            guard RecordParts(ours).digest == digest else {
                return report.note(
                    Text("logged model \(model.id)"), "a model of that id is here already and is another one; it was left as it is")
            }
        } else if noted?.records == digest {
            return
        } else {
            let isUntouched = ours.map { RecordParts($0).digest == noted?.records } ?? true
            try write(model, exactly: isUntouched, tx)
            if ours == nil { report.count(created: .loggedModels) } else { report.count(updated: .loggedModels) }
        }
        try tx.noteImported(
            ImportedOwner(owner: owner, records: digest, filesAtSource: noted?.filesAtSource, filesHere: noted?.filesHere))
    }

    private func write(_ model: LoggedModel, exactly: Bool, _ tx: any StoreTransaction) throws {
        let final = try tx.loggedModel(model.id).flatMap { exactly ? nil : $0 } ?? model
        // Points are taken by models that are in use only, so a deleted one is deleted last.
        try tx.putLoggedModel(Self.inUse(model), exactly: exactly)
        if try tx.loggedModel(model.id)?.stage == .deleted {
            try tx.setLoggedModelStage(model.id, .active, at: final.lastUpdateTime)
        }
        var runs: [Text: [MetricPoint]] = [:]
        for metric in model.metrics { runs[metric.runID ?? "", default: []].append(metric) }
        for (run, points) in runs.sorted(by: { $0.key < $1.key }) {
            if let handle = try tx.runHandle(run) { try tx.addLoggedModelMetrics(points, from: handle) }
        }
        if final.stage == .deleted { try tx.setLoggedModelStage(model.id, .deleted, at: final.lastUpdateTime) }
    }

    private static func inUse(_ model: LoggedModel) -> LoggedModel {
        LoggedModel(
            id: model.id, experimentID: model.experimentID, name: model.name, modelType: model.modelType,
            sourceRunID: model.sourceRunID, status: model.status, stage: .active, creationTime: model.creationTime,
            lastUpdateTime: model.lastUpdateTime, artifactURI: model.artifactURI, createdBy: model.createdBy,
            params: model.params, tags: model.tags, metrics: model.metrics)
    }

    /// The model as it stands here; points of runs that did not come are left out and named. `nil` without its experiment.
    func moved(_ model: LoggedModel, _ experiments: ExperimentMap, _ tx: any StoreSnapshot) throws -> LoggedModel? {
        guard let experiment = experiments.ids[model.experimentID] else { return nil }
        let metrics = try model.metrics.filter { metric in
            let run = metric.runID ?? ""
            guard try tx.runHandle(run) == nil else { return true }
            report.note(
                Text("logged model \(model.id)"), "its metric '\(metric.key)' is of run \(run), which did not come; the point was left out")
            return false
        }
        return LoggedModel(
            id: model.id, experimentID: experiment, name: model.name, modelType: model.modelType, sourceRunID: model.sourceRunID,
            status: model.status, stage: model.stage, creationTime: model.creationTime, lastUpdateTime: model.lastUpdateTime,
            artifactURI: here(model.artifactURI, experiment, ["models", model.id.string, "artifacts"]), createdBy: model.createdBy,
            params: model.params, tags: model.tags, metrics: metrics)
    }
}
