package import AssayTerms

package protocol LoggedModelSnapshot {
    /// A deleted one too.
    func loggedModel(_ id: Text) throws -> LoggedModel?

    /// Models of `experiments` that are not deleted, sorted by the query's order, then newest first, then by id.
    ///
    /// - Parameter datasets: only models with a metric on one of these, and only those points count in metric clauses.
    func searchLoggedModels(
        _ query: SearchQuery, experiments: [Int64], datasets: [LoggedModelDataset]
    ) throws -> SearchPage<LoggedModel>
}

package protocol LoggedModelTransaction: LoggedModelSnapshot {
    func createLoggedModel(_ model: LoggedModel) throws
    func setLoggedModelStatus(_ id: Text, _ status: LoggedModelStatus, at time: Int64) throws
    func setLoggedModelStage(_ id: Text, _ stage: LifecycleStage, at time: Int64) throws
    func setLoggedModelTags(_ id: Text, _ tags: [KeyValue]) throws
    func deleteLoggedModelTag(_ id: Text, key: Text) throws -> Bool

    /// - Throws: `alreadyExists` when a key has another value already.
    func addLoggedModelParams(_ id: Text, _ params: [KeyValue]) throws

    /// Points that name a logged model; the others are left out. Repeats are kept once.
    func addLoggedModelMetrics(_ points: [MetricPoint], from run: RunHandle) throws
}

extension LoggedModelSnapshot {
    /// - Throws: `notFound`, for a deleted one too unless `allowDeleted`.
    package func existingLoggedModel(_ id: Text, allowDeleted: Bool = false) throws -> LoggedModel {
        guard let model = try loggedModel(id), allowDeleted || model.stage == .active else {
            throw AssayError(.notFound, "Logged model with ID '\(id)' not found.")
        }
        return model
    }
}
