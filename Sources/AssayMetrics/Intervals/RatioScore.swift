/// The score test of a ratio of two rates.
package enum RatioScore {
    /// `(p̂₁ − φ p̂₂) / √(N/(N−1) · (p̃₁(1−p̃₁)/n₁ + φ² p̃₂(1−p̃₂)/n₂))`, where `p̃` maximises the likelihood under
    /// `p̃₁ = φ p̃₂` and `N = n₁ + n₂`. It falls as `φ` grows.
    ///
    /// - Returns: 0 where the numerator is 0; an infinity where only the variance is.
    /// - Source: Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine 4,
    ///   213–226, equations 10 and 11 (Koopman 1984 without the factor `N/(N−1)`).
    package static func statistic(_ first: Arm, _ second: Arm, ratio: Double) -> Double {
        let numerator = first.rate - ratio * second.rate
        if numerator == 0 { return 0 }
        let total = first.trials + second.trials
        // The likelihood's maximum is the smaller root of a·p² − b·p + c, written without cancellation.
        let a = total * ratio
        let b = first.trials * ratio + first.successes + second.trials + second.successes * ratio
        let c = first.successes + second.successes
        let discriminant = max(0, b * b - 4 * a * c)
        let p2 = min(1, 2 * c / (b + discriminant.squareRoot()))
        let p1 = min(1, ratio * p2)
        let variance =
            total / (total - 1) * (p1 * (1 - p1) / first.trials + ratio * ratio * p2 * (1 - p2) / second.trials)
        return numerator / variance.squareRoot()
    }

    /// All ratios `p₁ / p₂` whose score statistic lies within ± `critical`. The upper end is infinite where the second
    /// group has no success; with no success at all every ratio is possible.
    package static func interval(_ first: Arm, _ second: Arm, critical: Double) -> (low: Double, high: Double) {
        if first.successes == 0, second.successes == 0 { return (0, .infinity) }
        if second.successes == 0 {
            let inverse = interval(second, first, critical: critical)
            return (inverse.high == .infinity ? 0 : 1 / inverse.high, .infinity)
        }
        let estimate = first.rate / second.rate
        var far = max(1, 2 * estimate)
        while far < 1e300, statistic(first, second, ratio: far) >= -critical { far *= 2 }
        let high = boundary(from: estimate, to: far) { statistic(first, second, ratio: $0) >= -critical }
        let low =
            first.successes == 0
            ? 0 : boundary(from: estimate, to: 0) { statistic(first, second, ratio: $0) <= critical }
        return (low, high)
    }

    private static func boundary(from start: Double, to end: Double, holds: (Double) -> Bool) -> Double {
        var inside = start
        var outside = end
        while true {
            let middle = inside + (outside - inside) / 2
            if middle == inside || middle == outside || abs(outside - inside) < 1e-15 * inside { return outside }
            if holds(middle) { inside = middle } else { outside = middle }
        }
    }
}
