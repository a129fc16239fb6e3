package import AssayTerms

package protocol ExperimentSnapshot {
    func experiment(_ id: Int64) throws -> Experiment?
    func experiment(named name: Text) throws -> Experiment?
    /// Sorted by the query's order, then newest id first.
    func searchExperiments(_ query: SearchQuery) throws -> SearchPage<Experiment>
}

package protocol ExperimentTransaction: ExperimentSnapshot {
    /// - Parameter artifactLocation: from the new id.
    /// - Throws: `alreadyExists` when the name is taken, by a deleted experiment too.
    func createExperiment(
        name: Text, artifactLocation: (Int64) -> Text, tags: [KeyValue], at time: Int64
    ) throws -> Experiment

    /// - Throws: `alreadyExists` when the name is taken.
    func renameExperiment(_ id: Int64, to name: Text, at time: Int64) throws

    /// Sets the stage of the experiment and of all its runs.
    func setExperimentStage(_ id: Int64, _ stage: LifecycleStage, at time: Int64) throws

    func setExperimentTag(_ id: Int64, _ tag: KeyValue) throws

    /// - Returns: whether there was one.
    func deleteExperimentTag(_ id: Int64, key: Text) throws -> Bool
}
