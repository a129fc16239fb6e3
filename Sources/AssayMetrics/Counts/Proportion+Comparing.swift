extension Proportion {
    /// `value − other.value`; `nil` where either has no trials.
    ///
    /// Of counts it is one quotient of whole numbers, `(s₁ n₂ − s₂ n₁) / (n₁ n₂)`: the double nearest to the true
    /// difference, so that 8/10 − 7/10 is the same number as the limit 0.1 someone wrote down.
    package func difference(_ other: Proportion) -> Double? {
        guard let value, let otherValue = other.value else { return nil }
        guard let (left, right, trials) = crossed(other) else { return value - otherValue }
        return (left - right) / trials
    }

    /// `value / other.value`; `nil` where either has no trials or the other is 0. Of counts it is one quotient of whole
    /// numbers: (24/100) / (30/100) is exactly the double 0.8.
    package func ratio(_ other: Proportion) -> Double? {
        guard let value, let otherValue = other.value, otherValue > 0 else { return nil }
        guard let (left, right, _) = crossed(other) else { return value / otherValue }
        return left / right
    }

    /// `s₁ n₂`, `s₂ n₁` and `n₁ n₂`, where all are whole numbers that a double holds.
    private func crossed(_ other: Proportion) -> (left: Double, right: Double, trials: Double)? {
        let trials = trials * other.trials
        guard !isWeighted, !other.isWeighted, trials < 0x1p53 else { return nil }
        return (successes * other.trials, other.successes * self.trials, trials)
    }
}
