import RealModule

/// Epps and Singleton's test, which compares the samples' characteristic functions at two points.
package enum EppsSingleton {
    /// - Returns: the statistic and the p-value; `nil` with fewer than five rows in a sample, or where the middle half of
    ///   both samples together has no spread.
    /// - Complexity: O(distinct values).
    /// - Source: Epps, T. W. and Singleton, K. J. (1986), Journal of Statistical Computation and Simulation 26, 177–203;
    ///   scipy 1.17.1 `stats.epps_singleton_2samp` with its points 0.4 and 0.8. Sine and cosine are the C library's.
    package static func test(_ sample: PooledSample) -> (statistic: Double, pValue: Double)? {
        let n = sample.referenceCount
        let m = sample.currentCount
        guard n >= 5, m >= 5 else { return nil }
        let scale = (quantile(sample, 0.75) - quantile(sample, 0.25)) / 2
        guard scale > 0, scale.isFinite else { return nil }
        let total = Double(n + m)
        let reference = moments(sample, sample.reference, n, scale)
        let current = moments(sample, sample.current, m, scale)
        var covariance = [Double](repeating: 0, count: 16)
        for index in covariance.indices {
            covariance[index] =
                total / Double(n) * reference.covariance[index] + total / Double(m) * current.covariance[index]
        }
        let (values, vectors) = SymmetricMatrix.eigen(covariance, width: 4)
        let largest = values.map(abs).max() ?? 0
        let difference = (0..<4).map { reference.means[$0] - current.means[$0] }
        var statistic = 0.0
        var rank = 0
        for (index, value) in values.enumerated() where abs(value) > 1e-15 * largest {
            let projected = (0..<4).reduce(0.0) { $0 + vectors[index * 4 + $1] * difference[$1] }
            statistic += projected * projected / value
            rank += 1
        }
        guard rank > 0 else { return nil }
        statistic *= total
        if max(n, m) < 25 {
            let correction =
                Double.pow(total, -0.45) + 10.1 * (Double.pow(Double(n), -1.7) + Double.pow(Double(m), -1.7))
            statistic /= 1 + correction
        }
        return (statistic, TailProbability.chiSquare(above: max(0, statistic), degrees: rank))
    }

    /// Means and population covariances of `cos t₁x, cos t₂x, sin t₁x, sin t₂x`.
    private static func moments(
        _ sample: PooledSample, _ counts: [Int], _ count: Int, _ scale: Double
    ) -> (means: [Double], covariance: [Double]) {
        var means = [Double](repeating: 0, count: 4)
        func waves(_ value: Double) -> [Double] {
            let first = 0.4 / scale * value
            let second = 0.8 / scale * value
            return [.cos(first), .cos(second), .sin(first), .sin(second)]
        }
        for (value, count) in zip(sample.values, counts) where count > 0 {
            for (index, wave) in waves(value).enumerated() { means[index] += wave * Double(count) }
        }
        for index in 0..<4 { means[index] /= Double(count) }
        var covariance = [Double](repeating: 0, count: 16)
        for (value, count) in zip(sample.values, counts) where count > 0 {
            let waves = waves(value)
            for row in 0..<4 {
                for column in 0..<4 {
                    covariance[row * 4 + column] +=
                        (waves[row] - means[row]) * (waves[column] - means[column]) * Double(count)
                }
            }
        }
        return (means, covariance.map { $0 / Double(count) })
    }

    /// The pooled quantile by linear interpolation between neighbours (numpy's default).
    private static func quantile(_ sample: PooledSample, _ share: Double) -> Double {
        let position = share * Double(sample.totalCount - 1)
        let place = Int(position)
        let fraction = position - Double(place)
        var before = 0
        var low = 0.0
        var lowIsSet = false
        for (index, value) in sample.values.enumerated() {
            before += sample.reference[index] + sample.current[index]
            if !lowIsSet, place < before {
                low = value
                lowIsSet = true
            }
            if lowIsSet, place + 1 < before || fraction == 0 { return low + (value - low) * fraction }
        }
        return low
    }
}
