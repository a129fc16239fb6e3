import AssayStore
import AssayTerms

/// Which experiment here each of the source became.
struct ExperimentMap: Sendable {
    /// By the id at the source.
    var ids: [Int64: Int64] = [:]
    /// Those that share their place with an experiment that was here before, by the id at the source.
    var shared: Set<Int64> = []
}

extension StoreImport {
    func importExperiments() async throws -> ExperimentMap {
        let map = try await store.write { tx in
            let page = try source.experiments()
            report.note(page.problems)
            var map = ExperimentMap()
            for experiment in page.items {
                let (id, isShared) = try place(experiment, tx)
                map.ids[experiment.id] = id
                if isShared { map.shared.insert(experiment.id) }
            }
            return map
        }
        progress(ImportProgress(phase: .experiments, done: Int64(map.ids.count), total: Int64(map.ids.count)))
        return map
    }

    /// The experiment here that `experiment` became, made or brought up to date.
    ///
    /// It keeps its number where that is free, and its name always: clients find experiments by their names. Where the name
    /// is taken its runs join the experiment that has it.
    private func place(_ experiment: Experiment, _ tx: any StoreTransaction) throws -> (id: Int64, isShared: Bool) {
        let key = ImportedExperiment.Key(id: experiment.id, creationTime: experiment.creationTime)
        let digest = RecordParts(experiment).digest
        if let noted = try tx.importedExperiment(key) {
            if let known = noted.digest, known != digest { try update(experiment, noted, from: known, to: digest, tx) }
            return (noted.experimentID, noted.digest == nil)
        }
        let id: Int64
        if try isReplaceable(experiment, tx) {
            id = Experiment.defaultID
        } else if let namesake = try tx.experiment(named: experiment.name) {
            try tx.addExperimentTags(namesake.id, experiment.tags)
            try tx.noteImported(ImportedExperiment(key: key, experimentID: namesake.id, digest: nil))
            report.count(updated: .experiments)
            noteShared(experiment, namesake)
            return (namesake.id, true)
        } else if try tx.experiment(experiment.id) == nil {
            id = experiment.id
        } else {
            id = try tx.nextExperimentID()
            report.noteMapping("experiment \(experiment.id) '\(experiment.name)' is \(id) here, because the number was taken")
        }
        try tx.putExperiment(moved(experiment, to: id))
        try tx.noteImported(ImportedExperiment(key: key, experimentID: id, digest: digest))
        report.count(created: .experiments)
        return (id, false)
    }

    /// Whether `experiment` is the source's Default and ours was never used.
    private func isReplaceable(_ experiment: Experiment, _ tx: any StoreTransaction) throws -> Bool {
        guard experiment.id == Experiment.defaultID, let ours = try tx.experiment(Experiment.defaultID) else { return false }
        let namesake = try tx.experiment(named: experiment.name)
        let isAsMade = ours.creationTime == 0 && ours.tags.isEmpty && ours.stage == .active && (namesake?.id ?? ours.id) == ours.id
        return try isAsMade && tx.isUnused(experiment: ours.id)
    }

    private func update(
        _ experiment: Experiment, _ noted: ImportedExperiment, from known: SHA256Digest, to digest: SHA256Digest,
        _ tx: any StoreTransaction
    ) throws {
        let ours = try tx.existingExperiment(noted.experimentID)
        let namesake = try tx.experiment(named: experiment.name)
        if RecordParts(ours).digest == known, namesake == nil || namesake?.id == ours.id {
            try tx.putExperiment(moved(experiment, to: ours.id))
        } else {
            try tx.addExperimentTags(ours.id, experiment.tags)
        }
        try tx.noteImported(ImportedExperiment(key: noted.key, experimentID: ours.id, digest: digest))
        report.count(updated: .experiments)
    }

    /// With the place of its artifacts here.
    private func moved(_ experiment: Experiment, to id: Int64) -> Experiment {
        Experiment(
            id: id, name: experiment.name,
            artifactLocation: source.bringsArtifacts(at: experiment.artifactLocation)
                ? Text("\(ArtifactAddress.scheme):/\(id)") : experiment.artifactLocation,
            stage: experiment.stage, creationTime: experiment.creationTime, lastUpdateTime: experiment.lastUpdateTime,
            tags: experiment.tags)
    }

    private func noteShared(_ experiment: Experiment, _ namesake: Experiment) {
        report.noteMapping(
            "experiment \(experiment.id) '\(experiment.name)' joined \(namesake.id), which was here under that name and keeps its own times")
    }
}
