import AssayTerms

/// AIF360's signed comparisons of the unprivileged with the privileged rows: unprivileged minus (or divided by)
/// privileged. On a data set without predictions the label stands in the prediction's place, as in AIF360's
/// `BinaryLabelDatasetMetric`.
///
/// Zero (for the ratio: one) is parity; a negative difference means that the unprivileged fare worse. Intervals are
/// score intervals of the two groups; `nil` for weighted rows. Undefined where a rate of either side has no rows.
package struct AIF360Measures: Sendable {
    private let unprivileged: Confusion
    private let privileged: Confusion
    private let seed: UInt64

    package init(unprivileged: Confusion, privileged: Confusion, seed: UInt64 = 0) {
        self.unprivileged = unprivileged
        self.privileged = privileged
        self.seed = seed
    }

    /// `P(ŷ=1 | unprivileged) − P(ŷ=1 | privileged)`, −1...1.
    ///
    /// - Source: AIF360 0.6 `statistical_parity_difference`.
    package var statisticalParityDifference: Estimate { difference(.selectionRate) }

    /// `P(ŷ=1 | unprivileged) / P(ŷ=1 | privileged)`, 0 and above, not clamped to 1. Undefined where the privileged
    /// rate is 0 (AIF360 answers infinity or NaN).
    ///
    /// - Source: AIF360 0.6 `disparate_impact`.
    package var disparateImpact: Estimate {
        switch sides(.selectionRate) {
        case .failure(let missing): return missing.estimate
        case .success(let (first, second)):
            guard let below = second.value, below > 0, let above = first.value else {
                return Estimate(undefined: "the selection rate of the privileged rows is 0")
            }
            let interval = arms(first, second).flatMap { SimultaneousPairs.signedRatioInterval($0, $1, seed: seed) }
            return Estimate(above / below, interval: interval)
        }
    }

    /// `½ [(FPR unprivileged − FPR privileged) + (TPR unprivileged − TPR privileged)]`, −1...1. No interval.
    ///
    /// - Source: AIF360 0.6 `average_odds_difference`.
    package var averageOddsDifference: Estimate {
        let falsePositive = difference(.falsePositiveRate, wantsInterval: false)
        let truePositive = difference(.truePositiveRate, wantsInterval: false)
        guard let first = falsePositive.value else { return falsePositive }
        guard let second = truePositive.value else { return truePositive }
        return Estimate(0.5 * (first + second))
    }

    /// `TPR unprivileged − TPR privileged`, −1...1.
    ///
    /// - Source: AIF360 0.6 `equal_opportunity_difference`.
    package var equalOpportunityDifference: Estimate { difference(.truePositiveRate) }

    private func difference(_ rate: Rate, wantsInterval: Bool = true) -> Estimate {
        switch sides(rate) {
        case .failure(let missing): return missing.estimate
        case .success(let (first, second)):
            guard let left = first.value, let right = second.value else {
                return Estimate(undefined: "a side has no rows")
            }
            let interval =
                wantsInterval
                ? arms(first, second).flatMap { SimultaneousPairs.signedDifferenceInterval($0, $1, seed: seed) } : nil
            return Estimate(left - right, interval: interval)
        }
    }

    private struct MissingSide: Error { var estimate: Estimate }

    private func sides(_ rate: Rate) -> Result<(Proportion, Proportion), MissingSide> {
        let first = rate.proportion(of: unprivileged)
        let second = rate.proportion(of: privileged)
        for (side, name) in [(first, "unprivileged"), (second, "privileged")] where side.value == nil {
            let condition =
                switch rate {
                case .selectionRate, .accuracy: ""
                case .truePositiveRate, .falseNegativeRate: " labelled positive"
                case .falsePositiveRate, .trueNegativeRate: " labelled negative"
                }
            return .failure(MissingSide(estimate: Estimate(undefined: "no \(name) row\(condition)")))
        }
        return .success((first, second))
    }

    private func arms(_ first: Proportion, _ second: Proportion) -> (Arm, Arm)? {
        guard !first.isWeighted, !second.isWeighted else { return nil }
        return (
            Arm(successes: first.successes, trials: first.trials),
            Arm(successes: second.successes, trials: second.trials)
        )
    }
}
