/// Distances between two empirical distributions of numbers.
package enum DistributionDistance {
    /// Wasserstein's first distance (earth mover's): the area between the two distribution functions.
    ///
    /// - Returns: `nil` for an empty sample.
    /// - Complexity: O(distinct values).
    /// - Source: scipy 1.17.1 `stats.wasserstein_distance`.
    package static func wasserstein(_ sample: PooledSample) -> Double? {
        integral(sample) { abs($0) }
    }

    /// The same over the reference's standard deviation (at least 0.001), so that 0.1 is a tenth of a deviation.
    ///
    /// - Source: Evidently 0.7.21 `wasserstein_distance_norm`.
    package static func normedWasserstein(_ sample: PooledSample) -> Double? {
        guard let distance = wasserstein(sample) else { return nil }
        return distance / max(sample.referenceMoments.variance.squareRoot(), 0.001)
    }

    /// The energy distance `√(2 ∫ (F − G)²)`.
    ///
    /// - Source: Székely, G. J. (2002); scipy 1.17.1 `stats.energy_distance`.
    package static func energy(_ sample: PooledSample) -> Double? {
        integral(sample) { $0 * $0 }.map { (2 * $0).squareRoot() }
    }

    private static func integral(_ sample: PooledSample, _ of: (Double) -> Double) -> Double? {
        guard sample.referenceCount > 0, sample.currentCount > 0 else { return nil }
        let n = Double(sample.referenceCount)
        let m = Double(sample.currentCount)
        var below = (reference: 0, current: 0)
        var sum = 0.0
        for index in sample.values.indices.dropLast() {
            below.reference += sample.reference[index]
            below.current += sample.current[index]
            let width = sample.values[index + 1] - sample.values[index]
            sum += of(Double(below.reference) / n - Double(below.current) / m) * width
        }
        return sum
    }
}
