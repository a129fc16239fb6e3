/// The score test of a difference of two rates.
package enum DifferenceScore {
    /// `(p̂₁ − p̂₂ − δ) / √(N/(N−1) · (p̃₁(1−p̃₁)/n₁ + p̃₂(1−p̃₂)/n₂))`, where `p̃` maximises the likelihood under
    /// `p̃₁ = p̃₂ + δ` and `N = n₁ + n₂`. It falls as `δ` grows.
    ///
    /// - Returns: 0 where the numerator is 0; an infinity where only the variance is.
    /// - Source: Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine 4,
    ///   213–226, equations 8 and 9.
    package static func statistic(_ first: Arm, _ second: Arm, difference: Double) -> Double {
        let numerator = first.rate - second.rate - difference
        if numerator == 0 { return 0 }
        let p2 = constrainedSecondRate(first, second, difference: difference)
        let p1 = min(1, max(0, p2 + difference))
        let total = first.trials + second.trials
        let variance =
            total / (total - 1) * (p1 * (1 - p1) / first.trials + p2 * (1 - p2) / second.trials)
        return numerator / variance.squareRoot()
    }

    /// The `p₂` that maximises `x₁ log(p₂+δ) + (n₁−x₁) log(1−p₂−δ) + x₂ log p₂ + (n₂−x₂) log(1−p₂)`.
    ///
    /// The derivative falls in `p₂`, so its zero is found by Newton steps that fall back to halving the bracket; basic
    /// operations only, so that the bits are the same on every processor.
    static func constrainedSecondRate(_ first: Arm, _ second: Arm, difference: Double) -> Double {
        var low = max(0, -difference)
        var high = min(1, 1 - difference)
        guard low < high else { return min(max(low, 0), 1) }
        let x1 = first.successes
        let y1 = first.trials - x1
        let x2 = second.successes
        let y2 = second.trials - x2
        // The likelihood rises from an end where a term with successes (failures) has its pole; elsewhere the end itself
        // may be the maximum.
        let poleAtLow = (difference >= 0 && x2 > 0) || (difference <= 0 && x1 > 0)
        let poleAtHigh = (difference <= 0 && y2 > 0) || (difference >= 0 && y1 > 0)
        func slope(_ p: Double) -> (value: Double, derivative: Double) {
            var value = 0.0
            var derivative = 0.0
            func add(_ count: Double, _ distance: Double, _ sign: Double) {
                guard count > 0 else { return }
                let term = count / distance
                value += sign * term
                derivative -= term / distance
            }
            add(x2, p, 1)
            add(y2, 1 - p, -1)
            add(x1, p + difference, 1)
            add(y1, 1 - p - difference, -1)
            return (value, derivative)
        }
        if !poleAtLow, slope(low).value <= 0 { return low }
        if !poleAtHigh, slope(high).value >= 0 { return high }
        var p = (x1 + x2 - first.trials * difference) / (first.trials + second.trials)
        if !(p > low && p < high) { p = low + (high - low) / 2 }
        for _ in 0..<100 {
            let (value, derivative) = slope(p)
            if value == 0 { return p }
            if value > 0 { low = p } else { high = p }
            var next = p - value / derivative
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if abs(next - p) <= 1e-13 * next || next == low || next == high { return next }
            p = next
        }
        return p
    }

    /// All differences `p₁ − p₂` whose score statistic lies within ± `critical`.
    package static func interval(_ first: Arm, _ second: Arm, critical: Double) -> (low: Double, high: Double) {
        let estimate = first.rate - second.rate
        let high = boundary(from: estimate, to: 1) { statistic(first, second, difference: $0) >= -critical }
        let low = boundary(from: estimate, to: -1) { statistic(first, second, difference: $0) <= critical }
        return (low, high)
    }

    /// The far side of the last bracket around the place where `holds` ends, so that the interval is never too short.
    private static func boundary(from start: Double, to end: Double, holds: (Double) -> Bool) -> Double {
        var inside = start
        var outside = end
        while true {
            let middle = inside + (outside - inside) / 2
            if middle == inside || middle == outside || abs(outside - inside) < 1e-15 { return outside }
            if holds(middle) { inside = middle } else { outside = middle }
        }
    }
}
