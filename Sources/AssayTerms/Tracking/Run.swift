/// A run with the latest value of each metric and everything else it logged but files.
package struct Run: Hashable, Sendable {
    package var info: RunInfo
    /// The latest point of each key, sorted by key.
    package var metrics: [MetricPoint]
    /// Sorted by key.
    package var params: [KeyValue]
    /// Sorted by key.
    package var tags: [KeyValue]
    /// In the order they were logged.
    package var datasets: [DatasetInput]
    /// The logged models it used, in the order they were logged.
    package var modelInputs: [Text]
    /// The logged models it made, in the order they were logged.
    package var modelOutputs: [ModelOutput]

    package init(
        info: RunInfo, metrics: [MetricPoint] = [], params: [KeyValue] = [], tags: [KeyValue] = [],
        datasets: [DatasetInput] = [], modelInputs: [Text] = [], modelOutputs: [ModelOutput] = []
    ) {
        self.info = info
        self.metrics = metrics
        self.params = params
        self.tags = tags
        self.datasets = datasets
        self.modelInputs = modelInputs
        self.modelOutputs = modelOutputs
    }
}
