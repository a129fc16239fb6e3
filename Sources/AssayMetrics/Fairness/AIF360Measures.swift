import AssayTerms

/// AIF360's signed comparisons of the unprivileged with the privileged rows: unprivileged minus (or divided by)
/// privileged. On a data set without predictions the label stands in the prediction's place, as in AIF360's
/// `BinaryLabelDatasetMetric`.
///
/// Zero (for ratios: one) is parity; a negative difference means that the unprivileged have less of the rate. Intervals are
/// score intervals of the two groups; of weighted rows at their effective number. Undefined where a rate of either side has no rows.
package struct AIF360Measures: Sendable {
    private let unprivileged: Confusion
    private let privileged: Confusion
    private let seed: UInt64

    package init(unprivileged: Confusion, privileged: Confusion, seed: UInt64 = 0) {
        self.unprivileged = unprivileged
        self.privileged = privileged
        self.seed = seed
    }

    /// `rate(unprivileged) − rate(privileged)`, −1...1.
    ///
    /// - Source: AIF360 0.6 `statistical_parity_difference` (selection rate), `equal_opportunity_difference` (true
    ///   positive rate), `false_discovery_rate_difference`, ….
    package func difference(_ rate: AIF360Rate) -> Estimate {
        let (first, second) = sides(rate)
        guard let value = first.difference(second) else { return missing(rate) }
        let interval = arms(first, second).flatMap { SimultaneousPairs.signedDifferenceInterval($0, $1, seed: seed) }
        return Estimate(value, interval: interval)
    }

    /// `rate(unprivileged) / rate(privileged)`, 0 and above, not clamped to 1. Undefined where the privileged rate is 0
    /// (AIF360 answers infinity or NaN).
    ///
    /// - Source: AIF360 0.6 `disparate_impact` (selection rate), `error_rate_ratio`, ….
    package func ratio(_ rate: AIF360Rate) -> Estimate {
        let (first, second) = sides(rate)
        guard first.value != nil, let below = second.value else { return missing(rate) }
        guard below > 0, let value = first.ratio(second) else {
            return Estimate(undefined: "the \(rate.words) of the privileged rows is 0")
        }
        let interval = arms(first, second).flatMap { SimultaneousPairs.signedRatioInterval($0, $1, seed: seed) }
        return Estimate(value, interval: interval)
    }

    /// `½ [(FPR unprivileged − FPR privileged) + (TPR unprivileged − TPR privileged)]`, −1...1. No interval.
    ///
    /// - Source: AIF360 0.6 `average_odds_difference`.
    package var averageOddsDifference: Estimate {
        combined(.falsePositiveRate, .truePositiveRate) { 0.5 * ($0 + $1) }
    }

    /// `½ [|FPR unprivileged − FPR privileged| + |TPR unprivileged − TPR privileged|]`, 0...1. No interval.
    ///
    /// - Source: AIF360 0.6 `average_abs_odds_difference`.
    package var averageAbsoluteOddsDifference: Estimate {
        combined(.falsePositiveRate, .truePositiveRate) { 0.5 * (abs($0) + abs($1)) }
    }

    /// `max(|FPR unprivileged − FPR privileged|, |TPR unprivileged − TPR privileged|)`, 0...1. Its interval is simultaneous
    /// over both rates.
    ///
    /// - Source: AIF360 0.6 `equalized_odds_difference`.
    package var equalizedOddsDifference: Estimate {
        var estimate = combined(.falsePositiveRate, .truePositiveRate) { max(abs($0), abs($1)) }
        let families = [AIF360Rate.falsePositiveRate, .truePositiveRate].compactMap { rate -> [Arm]? in
            let (first, second) = sides(rate)
            return arms(first, second).map { [$0, $1] }
        }
        if estimate.value != nil, families.count == 2 {
            estimate.interval = SimultaneousPairs(families: families, seed: seed)?.differenceInterval()
        }
        return estimate
    }

    /// `½ [(PPV unprivileged − PPV privileged) + (FOR unprivileged − FOR privileged)]`, −1...1. No interval.
    ///
    /// - Source: AIF360 0.6 `average_predictive_value_difference`.
    package var averagePredictiveValueDifference: Estimate {
        combined(.positivePredictiveValue, .falseOmissionRate) { 0.5 * ($0 + $1) }
    }

    /// `(N unprivileged − N privileged) / N`, −1...1.
    ///
    /// - Source: AIF360 0.6 `sklearn.metrics.class_imbalance`.
    package var classImbalance: Estimate {
        let total = unprivileged.total + privileged.total
        guard total > 0 else { return Estimate(undefined: "no row has what the measure needs") }
        return Estimate((unprivileged.total - privileged.total) / total)
    }

    /// `Σ P(privileged) ln (P(privileged) / P(unprivileged))` over the two outcomes, 0 and above; undefined where the
    /// unprivileged never have an outcome that the privileged have (AIF360 answers infinity).
    ///
    /// - Source: AIF360 0.6 `sklearn.metrics.kl_divergence`.
    package var klDivergence: Estimate {
        let (first, second) = sides(.selectionRate)
        guard let below = first.value, let above = second.value else { return missing(.selectionRate) }
        var sum = 0.0
        for (share, other) in [(above, below), (1 - above, 1 - below)] where share > 0 {
            guard other > 0 else { return Estimate(undefined: "the unprivileged never have one of the outcomes") }
            sum += share * naturalLogarithm(share / other)
        }
        // Rounding of two terms of opposite sign can end just below 0.
        return Estimate(max(0, sum))
    }

    private func combined(_ first: AIF360Rate, _ second: AIF360Rate, _ join: (Double, Double) -> Double) -> Estimate {
        let differences = [first, second].map { rate -> Double? in
            let (left, right) = sides(rate)
            return left.difference(right)
        }
        guard let left = differences[0] else { return missing(first) }
        guard let right = differences[1] else { return missing(second) }
        return Estimate(join(left, right))
    }

    private func sides(_ rate: AIF360Rate) -> (Proportion, Proportion) {
        (rate.proportion(of: unprivileged), rate.proportion(of: privileged))
    }

    private func missing(_ rate: AIF360Rate) -> Estimate {
        let side = sides(rate).0.value == nil ? "unprivileged" : "privileged"
        return Estimate(undefined: "no \(side) row\(rate.condition)")
    }

    private func arms(_ first: Proportion, _ second: Proportion) -> (Arm, Arm)? {
        guard let left = first.arm, let right = second.arm else { return nil }
        return (left, right)
    }
}
