package import AssayTerms

package protocol RunSnapshot {
    func runHandle(_ id: Text) throws -> RunHandle?
    func runInfo(_ id: Text) throws -> RunInfo?
    func run(_ id: Text) throws -> Run?
    func tag(_ key: Text, of run: RunHandle) throws -> Text?

    /// Runs of `experiments` (of all, if `nil`), sorted by the query's order, then by start time, newest first, then by id.
    func searchRuns(_ query: SearchQuery, experiments: [Int64]?) throws -> SearchPage<Run>

    /// All points of one metric from `after` on, sorted by time, step, value; NaN sorts as 0.
    func metricHistory(_ run: RunHandle, key: Text, after: SearchPosition?, limit: Int) throws -> SearchPage<MetricPoint>

    /// At most `limit` points of one metric, taken evenly over its points sorted by step, time, value, the first and the
    /// last among them; with a limit of 1 the last.
    func sampledHistory(_ run: RunHandle, key: Text, steps: ClosedRange<Int64>?, limit: Int) throws -> [MetricPoint]

    /// At most 1,000, sorted by experiment, name, digest, context.
    func datasetSummaries(experiments: [Int64]) throws -> [DatasetSummary]

    /// Whether a run of the experiment has logged this version of the data set.
    func hasDataset(named name: Text, digest: Text, experiment: Int64) throws -> Bool
}

package protocol RunTransaction: RunSnapshot {
    func createRun(_ run: NewRun) throws

    /// `nil` leaves a value as it is.
    func updateRun(_ run: RunHandle, status: RunStatus?, endTime: Int64?, name: Text?) throws

    func setRunStage(_ run: RunHandle, _ stage: LifecycleStage, at time: Int64) throws

    /// Adds metrics (repeats are kept once), params and tags, and moves the latest values on.
    ///
    /// - Throws: `invalidArgument` when a param has another value already.
    func append(_ batch: RunBatch, to run: RunHandle) throws

    func deleteTag(_ key: Text, of run: RunHandle) throws -> Bool

    /// A dataset the run has already keeps its tags.
    func addInputs(_ datasets: [DatasetInput], models: [Text], to run: RunHandle) throws
    func addOutputs(_ models: [ModelOutput], to run: RunHandle) throws
}

extension RunSnapshot {
    /// - Throws: `notFound`.
    package func existingRun(_ id: Text) throws -> RunHandle {
        guard let run = try runHandle(id) else { throw AssayError(.notFound, "Run with id=\(id) not found") }
        return run
    }

    /// - Throws: `notFound`, or `invalidArgument` for a deleted run.
    package func activeRun(_ id: Text) throws -> RunHandle {
        let run = try existingRun(id)
        guard run.stage == .active else {
            throw AssayError(
                .invalidArgument, "The run \(id) must be in the 'active' state. Current state is \(run.stage.rawValue).")
        }
        return run
    }
}

extension ExperimentSnapshot {
    /// - Throws: `notFound` for an unknown id and one of another stage.
    package func existingExperiment(_ id: Int64, in stages: [LifecycleStage] = LifecycleStage.allCases) throws -> Experiment {
        guard let experiment = try experiment(id), stages.contains(experiment.stage) else {
            throw AssayError(.notFound, "No Experiment with id=\(id) exists")
        }
        return experiment
    }

    /// - Throws: `notFound`, or `invalidArgument` for a deleted experiment.
    package func activeExperiment(_ id: Int64) throws -> Experiment {
        let experiment = try existingExperiment(id)
        guard experiment.stage == .active else {
            throw AssayError(
                .invalidArgument,
                "The experiment \(id) must be in the 'active' state. Current state is \(experiment.stage.rawValue).")
        }
        return experiment
    }
}
