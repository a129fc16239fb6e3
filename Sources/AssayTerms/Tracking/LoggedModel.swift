/// A model logged to an experiment, with a folder of its own.
package struct LoggedModel: Hashable, Sendable {
    /// "m-" and 32 hexadecimal digits.
    package let id: Text
    package let experimentID: Int64
    package let name: Text
    package let modelType: Text
    /// The run that made it, as the client says; empty if it says none.
    package let sourceRunID: Text
    package let status: LoggedModelStatus
    package let stage: LifecycleStage
    /// Milliseconds since 1970.
    package let creationTime: Int64
    /// Milliseconds since 1970.
    package let lastUpdateTime: Int64
    package let artifactURI: Text
    /// The id of the principal whose request created it.
    package let createdBy: String
    /// Sorted by key.
    package var params: [KeyValue]
    /// Sorted by key.
    package var tags: [KeyValue]
    /// In the order they were logged.
    package var metrics: [MetricPoint]

    package init(
        id: Text, experimentID: Int64, name: Text, modelType: Text, sourceRunID: Text, status: LoggedModelStatus,
        stage: LifecycleStage, creationTime: Int64, lastUpdateTime: Int64, artifactURI: Text, createdBy: String,
        params: [KeyValue] = [], tags: [KeyValue] = [], metrics: [MetricPoint] = []
    ) {
        self.id = id
        self.experimentID = experimentID
        self.name = name
        self.modelType = modelType
        self.sourceRunID = sourceRunID
        self.status = status
        self.stage = stage
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.artifactURI = artifactURI
        self.createdBy = createdBy
        self.params = params
        self.tags = tags
        self.metrics = metrics
    }
}
