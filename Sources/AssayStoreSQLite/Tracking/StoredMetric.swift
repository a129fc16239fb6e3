import AssayTerms

/// A metric's value as its row keeps it.
///
/// NaN is kept as 0 with a mark, infinities as the greatest finite doubles, as MLflow keeps them. A negative zero becomes
/// zero, so that equal values are equal bytes. The order is MLflow's rule for the latest value: step, then time, then value.
struct StoredMetric: Comparable {
    let timestamp: Int64
    let step: Int64
    let value: Double
    let isNaN: Bool

    init(_ point: MetricPoint) {
        self.init(timestamp: point.timestamp, step: point.step, value: point.value, isNaN: point.value.isNaN)
    }

    init(timestamp: Int64, step: Int64, value: Double, isNaN: Bool) {
        self.timestamp = timestamp
        self.step = step
        self.isNaN = isNaN
        if value.isNaN || value == 0 {
            self.value = 0
        } else {
            self.value = value.isInfinite ? (value > 0 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude) : value
        }
    }

    static func < (left: StoredMetric, right: StoredMetric) -> Bool {
        (left.step, left.timestamp, left.value) < (right.step, right.timestamp, right.value)
    }

    /// For statements with the places run, key, timestamp, step, value, isNaN.
    func bind(_ arguments: QuickArguments, run: Int64, key: Int64) {
        arguments.set(1, run)
        arguments.set(2, key)
        bind(arguments, from: 3)
    }

    /// For the places timestamp, step, value, isNaN from `place` on.
    func bind(_ arguments: QuickArguments, from place: Int32) {
        arguments.set(place, timestamp)
        arguments.set(place + 1, step)
        arguments.set(place + 2, value)
        arguments.set(place + 3, Int64(isNaN ? 1 : 0))
    }
}
