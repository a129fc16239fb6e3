package import AssayTerms

/// A row of a run's metrics as it is stored, for digests over rows.
package struct MetricRow: Hashable, Sendable {
    /// The order in which rows were stored, over all runs; never given anew while the row is there.
    package let place: Int64
    package let key: Text
    package let timestamp: Int64
    package let step: Int64
    package let value: Double
    package let isNaN: Bool

    package init(place: Int64, key: Text, timestamp: Int64, step: Int64, value: Double, isNaN: Bool) {
        self.place = place
        self.key = key
        self.timestamp = timestamp
        self.step = step
        self.value = value
        self.isNaN = isNaN
    }
}
