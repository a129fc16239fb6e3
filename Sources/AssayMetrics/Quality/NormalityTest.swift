import RealModule

/// D'Agostino and Pearson's omnibus test: could these numbers be a sample of a normal distribution?
///
/// - Value: the p-value; small where skewness or kurtosis are not a normal distribution's.
/// - Undefined with fewer than 20 values, for which its approximation does not hold, and for a constant.
/// - Source: D'Agostino and Pearson (1973), Biometrika 60, 613–622; scipy 1.17 `stats.normaltest` (its limit is 8).
package enum NormalityTest {
    package static let leastCount = 20

    /// - Parameter values: finite numbers in any order; sums are taken in the order given.
    package static func pValue(_ values: [Double]) -> Double? {
        let n = Double(values.count)
        guard values.count >= leastCount else { return nil }
        let mean = blockedSum(values.span) / n
        var second: [Double] = []
        var third: [Double] = []
        var fourth: [Double] = []
        for value in values {
            let distance = value - mean
            second.append(distance * distance)
            third.append(distance * distance * distance)
            fourth.append(distance * distance * distance * distance)
        }
        let m2 = blockedSum(second.span) / n
        guard m2.isFinite, m2 > (mean * 0x1p-52) * (mean * 0x1p-52) else { return nil }
        let skewness = blockedSum(third.span) / n / (m2 * m2.squareRoot())
        let kurtosis = blockedSum(fourth.span) / n / (m2 * m2)
        guard skewness.isFinite, kurtosis.isFinite else { return nil }

        // Skewness: Johnson's Su approximation.
        let y = skewness * ((n + 1) * (n + 3) / (6 * (n - 2))).squareRoot()
        let beta2 = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
        let w2 = -1 + (2 * (beta2 - 1)).squareRoot()
        let delta = 1 / (0.5 * Double.log(w2)).squareRoot()
        let alpha = (2 / (w2 - 1)).squareRoot()
        let zSkewness = delta * Double.asinh(y / alpha)

        // Kurtosis: Anscombe and Glynn.
        let expected = 3 * (n - 1) / (n + 1)
        let variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5))
        let x = (kurtosis - expected) / variance.squareRoot()
        let root = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) * (6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3))).squareRoot()
        let a = 6 + 8 / root * (2 / root + (1 + 4 / (root * root)).squareRoot())
        let denominator = 1 + x * (2 / (a - 4)).squareRoot()
        guard denominator != 0 else { return nil }
        let term = (denominator < 0 ? -1.0 : 1) * Double.root((1 - 2 / a) / denominator.magnitude, 3)
        let zKurtosis = (1 - 2 / (9 * a) - term) / (2 / (9 * a)).squareRoot()
        // The upper tail of chi-square with two degrees of freedom.
        return Double.exp(-(zSkewness * zSkewness + zKurtosis * zKurtosis) / 2)
    }
}
