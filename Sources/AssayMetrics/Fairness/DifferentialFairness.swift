import AssayTerms

/// How far apart the outcomes of any two groups are, as a log ratio of smoothed rates.
///
/// - Source: Foulds, J. R., Islam, R., Keya, K. N. and Pan, S. (2018). An intersectional definition of fairness.
///   arXiv:1807.08362, equation 8; AIF360 0.6 `smoothed_empirical_differential_fairness` with `concentration=1`.
package enum DifferentialFairness {
    /// The largest `|ln (pᵢ / pⱼ)|` over pairs of groups and both outcomes, with `p = (positives + ½) / (rows + 1)`. 0 and
    /// above; 0 is parity. Undefined with fewer than two groups that have rows.
    package static func smoothed(_ rates: [Proportion]) -> Estimate {
        let shares = rates.filter { $0.trials > 0 }.map { ($0.successes + 0.5) / ($0.trials + 1) }
        guard shares.count > 1, let low = shares.min(), let high = shares.max() else {
            return Estimate(undefined: "fewer than two groups have rows")
        }
        // The extremes of p are those of 1 − p too.
        return Estimate(
            max(naturalLogarithm(high) - naturalLogarithm(low), naturalLogarithm(1 - low) - naturalLogarithm(1 - high)))
    }

    /// That of the predictions minus that of the labels; above 0 the model adds to the difference.
    ///
    /// - Source: AIF360 0.6 `differential_fairness_bias_amplification`.
    package static func amplification(_ confusions: [Confusion]) -> Estimate {
        let predicted = smoothed(confusions.map(AIF360Rate.selectionRate.proportion))
        let labelled = smoothed(confusions.map(AIF360Rate.baseRate.proportion))
        guard let above = predicted.value, let below = labelled.value else { return predicted }
        return Estimate(above - below)
    }

    /// `Σ Nᵢ DDᵢ / Σ Nᵢ`, where `DDᵢ` is group i's share of all negative outcomes minus its share of all positive ones,
    /// −1...1. Undefined where no outcome is positive or none is negative.
    ///
    /// - Source: AIF360 0.6 `sklearn.metrics.conditional_demographic_disparity`; Wachter, S., Mittelstadt, B. and Russell, C.
    ///   (2021). Why fairness cannot be automated. Computer Law & Security Review 41.
    package static func conditionalDemographicDisparity(_ rates: [Proportion]) -> Estimate {
        let positives = rates.reduce(0) { $0 + $1.successes }
        let rows = rates.reduce(0) { $0 + $1.trials }
        guard positives > 0, rows > positives else { return Estimate(undefined: "the outcomes are all of one kind") }
        var sum = 0.0
        for rate in rates {
            sum += rate.trials * ((rate.trials - rate.successes) / (rows - positives) - rate.successes / positives)
        }
        return Estimate(sum / rows)
    }
}
