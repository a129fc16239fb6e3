package import AssayTerms

/// What earlier imports noted, and the few reads that only an import needs.
package protocol ImportSnapshot {
    func importedExperiment(_ key: ImportedExperiment.Key) throws -> ImportedExperiment?
    func importedOwner(_ owner: FileOwner) throws -> ImportedOwner?
    func importedModels(creationTime: Int64) throws -> [ImportedModel]
    func importedVersion(_ versionID: String) throws -> ImportedVersion?

    /// Whether no run and no logged model was ever in the experiment.
    func isUnused(experiment id: Int64) throws -> Bool
    func deletedTime(of run: RunHandle) throws -> Int64?
    /// The version of that number, deleted ones included.
    func version(_ number: Int64, everOfModel modelID: String) throws -> ModelVersion?

    /// Every point of a run in the order of ``ImportSource/eachSeries(ofRun:_:)``.
    func eachSeries(of run: RunHandle, _ body: (MetricSeries) throws -> Void) throws
}

/// Writing what an import brings, with its own ids and times. Nothing here asks whether the record may be changed.
package protocol ImportTransaction: ImportSnapshot {
    /// Inserts the experiment under its own id, or gives the one of that id these attributes and exactly these tags.
    ///
    /// - Throws: `alreadyExists` if another experiment has the name.
    func putExperiment(_ experiment: Experiment) throws
    /// The id a new experiment gets if it cannot keep its own.
    func nextExperimentID() throws -> Int64
    /// Adds tags with keys that are not there.
    func addExperimentTags(_ id: Int64, _ tags: [KeyValue]) throws

    /// Inserts the run, or gives the one of that id these attributes.
    func putRun(_ info: RunInfo, deletedTime: Int64?) throws -> RunHandle
    /// Adds params and tags with keys that are not there; with `exactly`, tags get the given values and others are removed.
    func putPairs(params: [KeyValue], tags: [KeyValue], exactly: Bool, of run: RunHandle) throws
    /// Points that are there already are kept once.
    func append(_ series: MetricSeries, to run: RunHandle) throws
    /// Sets the latest points; without `exactly` only where they are later than what is there.
    func putLatest(_ points: [MetricPoint], exactly: Bool, of run: RunHandle) throws

    /// Inserts the model, or gives the one of that id these attributes; with `exactly`, tags and params too.
    func putLoggedModel(_ model: LoggedModel, exactly: Bool) throws

    /// Writes down a file of a version whose files came from no run and no logged model.
    func insertFrozenFile(_ record: FileRecord, ofVersion versionID: String) throws

    func noteImported(_ experiment: ImportedExperiment) throws
    func noteImported(_ owner: ImportedOwner) throws
    func noteImported(_ model: ImportedModel) throws
    func noteImported(_ version: ImportedVersion) throws
}
