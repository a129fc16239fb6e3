package import AssayColumns

/// How far two columns' distributions are apart, as TFDV compares training with serving data.
package enum Skew {
    /// The largest difference of a value's share, and that value (of equals the first in order); 0 where both are empty.
    ///
    /// - Source: TensorFlow Data Validation, `FeatureComparator.infinity_norm`: max over values of |p − q|.
    /// - Complexity: O(n log n) in the distinct values.
    package static func infinityNorm(
        _ left: [(value: ColumnValue, count: Int)], _ right: [(value: ColumnValue, count: Int)]
    ) -> (distance: Double, value: ColumnValue?) {
        let leftTotal = Double(max(1, left.reduce(0) { $0 + $1.count }))
        let rightTotal = Double(max(1, right.reduce(0) { $0 + $1.count }))
        var shares: [ColumnValue: Double] = [:]
        for (value, count) in left { shares[value, default: 0] += Double(count) / leftTotal }
        for (value, count) in right { shares[value, default: 0] -= Double(count) / rightTotal }
        var worst: (distance: Double, value: ColumnValue?) = (0, nil)
        for (value, share) in shares.sorted(by: { $0.key < $1.key }) where abs(share) > worst.distance {
            worst = (abs(share), value)
        }
        return worst
    }

    /// The Jensen-Shannon divergence in bits of two histograms over `binCount` bins of equal width between the least and
    /// the greatest finite value of both, missing values and infinities left out; `nil` where one side has no value.
    ///
    /// - Source: Lin (1991), equation 4.1 with equal weights, base 2; TFDV's `jensen_shannon_divergence` takes the same of
    ///   approximate histograms.
    package static func jensenShannon(
        _ left: QuantileState.SortedValues, _ right: QuantileState.SortedValues, binCount: Int = 10
    ) -> Double? {
        func finite(_ values: QuantileState.SortedValues) -> (low: Double, high: Double)? {
            guard let low = values.values.first(where: \.isFinite), let high = values.values.last(where: \.isFinite) else {
                return nil
            }
            return (low, high)
        }
        guard let a = finite(left), let b = finite(right) else { return nil }
        let low = min(a.low, b.low)
        let high = max(a.high, b.high)
        // In halves, so that the width of the whole range of doubles is no infinity.
        let half = (high / 2 - low / 2) / Double(binCount)
        let bounds = (1..<binCount).map { low + 2 * half * Double($0) }
        func shares(_ values: QuantileState.SortedValues) -> [Double] {
            let first = values.countBelow(low)
            let last = values.countBelow(high, orEqual: true)
            let ends = [first] + bounds.map { max(first, min(last, values.countBelow($0))) } + [last]
            return zip(ends, ends.dropFirst()).map { Double($1 - $0) / Double(last - first) }
        }
        var divergence = 0.0
        for (p, q) in zip(shares(left), shares(right)) {
            let middle = (p + q) / 2
            if p > 0 { divergence += p * naturalLogarithm(p / middle) / 2 }
            if q > 0 { divergence += q * naturalLogarithm(q / middle) / 2 }
        }
        return max(0, divergence / naturalLogarithm(2))
    }
}
