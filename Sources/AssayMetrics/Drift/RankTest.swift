/// Tests on the ranks of two samples.
package enum RankTest {
    package enum Side: Sendable {
        case twoSided
        /// Whether the reference tends to smaller values.
        case referenceLess
    }

    /// Beyond this larger size the exact distribution of U is not built.
    private static let exactLimit = 2_000

    /// Mann and Whitney's test with midranks.
    ///
    /// Exact without ties where a sample has at most eight rows (and the other at most 2,000), else by the normal
    /// approximation with correction for ties and continuity.
    ///
    /// - Returns: the reference's U and the p-value; `nil` for an empty sample.
    /// - Source: Mann, H. B. and Whitney, D. R. (1947), Annals of Mathematical Statistics 18, 50–60; scipy 1.17.1
    ///   `stats.mannwhitneyu`.
    package static func mannWhitney(_ sample: PooledSample, _ side: Side) -> (statistic: Double, pValue: Double)? {
        let n = sample.referenceCount
        let m = sample.currentCount
        guard n > 0, m > 0 else { return nil }
        // Twice the rank sum is a whole number.
        var twiceRanks = 0
        var before = 0
        var ties = 0.0
        for (r, c) in zip(sample.reference, sample.current) {
            let count = r + c
            twiceRanks += r * (2 * before + count + 1)
            before += count
            if count > 1 {
                let size = Double(count)
                ties += size * size * size - size
            }
        }
        let u = Double(twiceRanks - n * (n + 1)) / 2
        let other = Double(n) * Double(m) - u
        let judged: Double
        let factor: Double
        switch side {
        case .twoSided: (judged, factor) = (max(u, other), 2)
        case .referenceLess: (judged, factor) = (other, 1)
        }
        if ties == 0, min(n, m) <= 8, max(n, m) <= exactLimit {
            return (u, min(1, factor * exactTail(of: Int(judged), n: n, m: m)))
        }
        let total = Double(n + m)
        let variance = Double(n) * Double(m) / 12 * ((total + 1) - ties / (total * (total - 1)))
        guard variance > 0 else { return (u, 1) }
        let z = (judged - Double(n) * Double(m) / 2 - 0.5) / variance.squareRoot()
        return (u, min(1, factor * TailProbability.normal(above: z)))
    }

    /// P(U ≥ u), by `p(n, m; u) = n/(n+m) p(n−1, m; u−m) + m/(n+m) p(n, m−1; u)`.
    private static func exactTail(of u: Int, n: Int, m: Int) -> Double {
        let (few, many) = (min(n, m), max(n, m))
        // One distribution for each size of the smaller sample, for the present size of the larger.
        var rows = (0...few).map { _ in [1.0] }
        for j in 1...many {
            for i in 1...few {
                var next = [Double](repeating: 0, count: i * j + 1)
                let fromFewer = rows[i - 1]
                let fromSame = rows[i]
                let weight = Double(i) / Double(i + j)
                for (value, probability) in fromFewer.enumerated() { next[value + j] += weight * probability }
                for (value, probability) in fromSame.enumerated() { next[value] += (1 - weight) * probability }
                rows[i] = next
            }
        }
        guard u >= 0, u < rows[few].count else { return u < 0 ? 1 : 0 }
        return rows[few][u...].reduce(0, +)
    }

    /// Anderson and Darling's test of two samples with midranks; the p-value is interpolated between 0.001 and 0.25 and
    /// stays at those bounds beyond them.
    ///
    /// - Returns: the standardised statistic and the p-value; `nil` with fewer than two distinct values, an empty sample
    ///   or fewer than four rows in all.
    /// - Source: Scholz, F. W. and Stephens, M. A. (1987), JASA 82, 918–924, equation 7; scipy 1.17.1
    ///   `stats.anderson_ksamp`.
    package static func andersonDarling(_ sample: PooledSample) -> (statistic: Double, pValue: Double)? {
        let sizes = [Double(sample.referenceCount), Double(sample.currentCount)]
        let total = sample.totalCount
        guard sizes.allSatisfy({ $0 > 0 }), sample.values.count > 1, total >= 4 else { return nil }
        let n = Double(total)
        var statistic = 0.0
        for (counts, size) in zip([sample.reference, sample.current], sizes) {
            var before = 0
            var beforeOwn = 0
            var sum = 0.0
            for index in sample.values.indices {
                let tied = Double(sample.reference[index] + sample.current[index])
                let b = Double(before) + tied / 2
                let own = Double(beforeOwn) + Double(counts[index]) / 2
                let gap = n * own - b * size
                sum += tied / n * gap * gap / (b * (n - b) - n * tied / 4)
                before += sample.reference[index] + sample.current[index]
                beforeOwn += counts[index]
            }
            statistic += sum / size
        }
        statistic *= (n - 1) / n

        let inverseSizes = sizes.reduce(0) { $0 + 1 / $1 }
        var harmonic = 0.0
        var g = 0.0
        for step in 0..<(total - 2) {
            harmonic += 1 / Double(total - 1 - step)
            g += harmonic / Double(step + 2)
        }
        let h = harmonic + 1
        // The paper's a, b, c and d for two samples.
        let a: Double = (4 * g - 6) + (10 - 6 * g) * inverseSizes
        let b: Double = 12 * g + 8 * h - 22 + (2 * g - 14 * h - 4) * inverseSizes
        let c: Double = 36 * h + 4 + (2 * h - 6) * inverseSizes
        let d: Double = 24
        let variance = (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3))
        let standardized = (statistic - 1) / variance.squareRoot()
        return (standardized, andersonPValue(standardized))
    }

    /// A parabola through the logarithms of seven levels at their critical values for two samples, by least squares.
    private static func andersonPValue(_ statistic: Double) -> Double {
        // Table 2 of the paper for k − 1 = 1: b0 + b1 + b2.
        let critical: [Double] = [
            0.675 - 0.245 - 0.105, 1.281 + 0.25 - 0.305, 1.645 + 0.678 - 0.362, 1.96 + 1.149 - 0.391,
            2.326 + 1.822 - 0.396, 2.573 + 2.364 - 0.345, 3.085 + 3.615 - 0.154,
        ]
        let levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001]
        if statistic < critical[0] { return 0.25 }
        if statistic > critical[6] { return 0.001 }
        // Polynomials orthogonal over the seven points keep the three sums apart.
        let logs = levels.map(naturalLogarithm)
        let center = critical.reduce(0, +) / 7
        let first = critical.map { $0 - center }
        let firstSquares = first.reduce(0) { $0 + $1 * $1 }
        let skew = first.reduce(0) { $0 + $1 * $1 * $1 } / firstSquares
        let offset = firstSquares / 7
        let second = first.map { $0 * $0 - skew * $0 - offset }
        let secondSquares = second.reduce(0) { $0 + $1 * $1 }
        func coefficient(_ basis: [Double], _ squares: Double) -> Double {
            zip(basis, logs).reduce(0) { $0 + $1.0 * $1.1 } / squares
        }
        let x = statistic - center
        return exponential(
            logs.reduce(0, +) / 7 + coefficient(first, firstSquares) * x
                + coefficient(second, secondSquares) * (x * x - skew * x - offset))
    }
}
