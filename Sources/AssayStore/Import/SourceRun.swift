package import AssayTerms

/// A run as another tracker keeps it.
package struct SourceRun: Hashable, Sendable {
    /// With the experiment's id there, and no metrics.
    package var run: Run
    /// When it was deleted, if that was noted.
    package var deletedTime: Int64?
    /// The latest point of each key, sorted by key, where the source keeps it beside the history; where it does not, the
    /// rule of ``MetricPoint`` says which one it is.
    package var latest: [MetricPoint]?

    package init(run: Run, deletedTime: Int64?, latest: [MetricPoint]?) {
        self.run = run
        self.deletedTime = deletedTime
        self.latest = latest
    }
}

/// Points of one metric of one run, in the order of ``MetricSeries/Point``.
package struct MetricSeries: Sendable {
    package let key: Text
    package var points: [Point]

    /// How many points a piece of a history has at most.
    package static let pieceCount = 4_096

    package init(key: Text, points: [Point]) {
        self.key = key
        self.points = points
    }

    /// One point, sorted by time, step, value, and then by whether it is NaN.
    package struct Point: Hashable, Sendable, Comparable {
        package let timestamp: Int64
        package let step: Int64
        /// 0 for NaN, never a negative zero, and an infinity as the source has it.
        package let value: Double
        package let isNaN: Bool

        package init(timestamp: Int64, step: Int64, value: Double, isNaN: Bool = false) {
            self.timestamp = timestamp
            self.step = step
            self.isNaN = isNaN || value.isNaN
            self.value = self.isNaN || value == 0 ? 0 : value
        }

        package static func < (left: Point, right: Point) -> Bool {
            if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
            if left.step != right.step { return left.step < right.step }
            if left.value != right.value { return left.value < right.value }
            return !left.isNaN && right.isNaN
        }

        /// Whether this point is later than `other`, as MLflow has it: by step, time, value.
        package func isLater(than other: Point) -> Bool {
            (step, timestamp, value) > (other.step, other.timestamp, other.value)
        }

        package func metric(_ key: Text) -> MetricPoint {
            MetricPoint(key: key, value: isNaN ? .nan : value, timestamp: timestamp, step: step)
        }
    }
}

extension MetricPoint {
    package var point: MetricSeries.Point { MetricSeries.Point(timestamp: timestamp, step: step, value: value) }
}
