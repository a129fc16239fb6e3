/// One value of a metric.
///
/// Of a run's points with one key the latest is the one with the greatest step, then time, then value, as in MLflow.
/// Infinite values become ± the greatest finite double when they are stored, and NaN is compared as 0.
package struct MetricPoint: Hashable, Sendable {
    package var key: Text
    package var value: Double
    /// Milliseconds since 1970, as the client says.
    package var timestamp: Int64
    package var step: Int64
    /// The logged model the value is also about.
    package var modelID: Text?
    package var datasetName: Text?
    package var datasetDigest: Text?
    /// The run that logged it, where the point stands apart from its run.
    package var runID: Text?

    package init(
        key: Text, value: Double, timestamp: Int64, step: Int64, modelID: Text? = nil, datasetName: Text? = nil,
        datasetDigest: Text? = nil, runID: Text? = nil
    ) {
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.step = step
        self.modelID = modelID
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
        self.runID = runID
    }
}
