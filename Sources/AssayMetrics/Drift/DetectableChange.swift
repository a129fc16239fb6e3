/// The size of change that samples of given sizes would show in four of five repetitions.
package enum DetectableChange {
    /// A standard normal variable exceeds this once in five times.
    private static let powerQuantile = NormalDistribution.upperQuantile(tail: 0.2)

    /// Of the largest difference of two distribution functions, by the Kolmogorov-Smirnov test at `level`.
    ///
    /// Definition: `(√(ln(2/level) / 2) + z/2) √(1/n + 1/m)`, from the limiting critical value and the largest variance
    /// that the observed difference at one point can have; an upper bound, since the test looks at all points.
    ///
    /// - Precondition: both sizes are positive, `0 < level < 1`.
    package static func distance(_ n: Int, _ m: Int, level: Double) -> Double {
        precondition(n > 0 && m > 0 && level > 0 && level < 1, "no such test")
        let critical = (naturalLogarithm(2 / level) / 2).squareRoot()
        return min(1, (critical + powerQuantile / 2) * (1 / Double(n) + 1 / Double(m)).squareRoot())
    }

    /// Of Cohen's w (the root of the noncentrality a row), by the chi-square test of homogeneity at `level`.
    ///
    /// Definition: `√(λ (1/n + 1/m))` with λ where a noncentral chi-square variable, taken as normal with its mean
    /// `d + λ` and variance `2 (d + 2 λ)`, exceeds the critical value four times of five.
    ///
    /// - Precondition: as above, `degrees > 0`.
    package static func effect(_ n: Int, _ m: Int, degrees: Int, level: Double) -> Double {
        precondition(n > 0 && m > 0 && degrees > 0 && level > 0 && level < 1, "no such test")
        let critical = TailProbability.chiSquareQuantile(tail: level, degrees: degrees)
        let d = Double(degrees)
        func isReached(_ lambda: Double) -> Bool {
            d + lambda - powerQuantile * (2 * (d + 2 * lambda)).squareRoot() >= critical
        }
        var low = 0.0
        var high = critical + 10
        while !isReached(high) { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if isReached(middle) { high = middle } else { low = middle }
        }
        return (high * (1 / Double(n) + 1 / Double(m))).squareRoot()
    }

    /// Of a difference of two proportions, by the z-test at `level`, where the proportion is about `proportion`.
    ///
    /// - Precondition: as above, `0 ≤ proportion ≤ 1`.
    package static func proportion(_ n: Int, _ m: Int, proportion: Double, level: Double) -> Double {
        precondition(n > 0 && m > 0 && level > 0 && level < 1, "no such test")
        let quantile = NormalDistribution.upperQuantile(tail: level / 2) + powerQuantile
        return quantile * (proportion * (1 - proportion) * (1 / Double(n) + 1 / Double(m))).squareRoot()
    }
}
