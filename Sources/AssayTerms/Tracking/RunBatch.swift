/// What one request adds to a run: all of it is kept, or nothing.
package struct RunBatch: Hashable, Sendable {
    package var metrics: [MetricPoint]
    package var params: [KeyValue]
    /// A repeated key keeps its last value.
    package var tags: [KeyValue]

    package init(metrics: [MetricPoint] = [], params: [KeyValue] = [], tags: [KeyValue] = []) {
        self.metrics = metrics
        self.params = params
        self.tags = tags
    }
}
