import AssayTerms

/// Fairlearn's gaps of a binary decision over the groups of one column, with simultaneous intervals.
///
/// Intervals are those of `SimultaneousPairs` over the groups that have the rate; `nil` for weighted rows, whose
/// variance the weights' sums do not tell, and beyond 64 groups. O(groups²) beside the interval's draws.
package enum FairlearnMeasures {
    /// The largest difference of selection rates between two groups. Lower is better; 0...1; 0 where all are equal.
    ///
    /// - Source: Fairlearn 0.15 `demographic_parity_difference`.
    package static func demographicParityDifference(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.selectionRate], confusions, .difference, seed)
    }

    /// The smallest selection rate divided by the largest. Higher is better; 0...1; 1 where all are equal.
    ///
    /// - Source: Fairlearn 0.15 `demographic_parity_ratio`.
    package static func demographicParityRatio(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.selectionRate], confusions, .ratio, seed)
    }

    /// The larger of the differences of true positive rates and of false positive rates. Lower is better; 0...1.
    ///
    /// Undefined if either difference is. The interval is simultaneous over both rates.
    ///
    /// - Source: Fairlearn 0.15 `equalized_odds_difference(agg="worst_case")`; Hardt, M., Price, E. and Srebro, N.
    ///   (2016). Equality of opportunity in supervised learning. NeurIPS, definition 2.1.
    package static func equalizedOddsDifference(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.truePositiveRate, .falsePositiveRate], confusions, .difference, seed)
    }

    /// The smaller of the ratios of true positive rates and of false positive rates. Higher is better; 0...1.
    ///
    /// Undefined if either ratio is. The interval is simultaneous over both rates.
    ///
    /// - Source: Fairlearn 0.15 `equalized_odds_ratio(agg="worst_case")`.
    package static func equalizedOddsRatio(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.truePositiveRate, .falsePositiveRate], confusions, .ratio, seed)
    }

    /// The largest difference of true positive rates. Lower is better; 0...1.
    ///
    /// - Source: Fairlearn 0.15 `equal_opportunity_difference`; Hardt, Price and Srebro (2016), definition 2.2.
    package static func equalOpportunityDifference(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.truePositiveRate], confusions, .difference, seed)
    }

    /// The smallest true positive rate divided by the largest. Higher is better; 0...1.
    ///
    /// - Source: Fairlearn 0.15 `equal_opportunity_ratio`.
    package static func equalOpportunityRatio(_ confusions: [Confusion], seed: UInt64 = 0) -> Gap {
        gap([.truePositiveRate], confusions, .ratio, seed)
    }

    /// A gap over groups and the rates it was taken from.
    package struct Gap: Sendable {
        package var estimate: Estimate
        /// The rate by group whose gap is the value: of two, the worse (the first if they tie or one is undefined).
        package var rates: GroupRates
    }

    private enum Form { case difference, ratio }

    private static func gap(_ rates: [Rate], _ confusions: [Confusion], _ form: Form, _ seed: UInt64) -> Gap {
        let families = rates.map { GroupRates($0, confusions: confusions) }
        let estimates = families.map { form == .difference ? $0.difference : $0.ratio }
        var worst = 0
        for index in estimates.indices {
            guard let value = estimates[index].value, let worstValue = estimates[worst].value else {
                let undefined = estimates.first { $0.value == nil } ?? estimates[index]
                return Gap(estimate: undefined, rates: families[0])
            }
            if form == .difference ? value > worstValue : value < worstValue { worst = index }
        }
        var estimate = estimates[worst]
        let arms = families.compactMap(\.arms)
        if arms.count == families.count, let pairs = SimultaneousPairs(families: arms, seed: seed) {
            estimate.interval = form == .difference ? pairs.differenceInterval() : pairs.ratioInterval()
        }
        return Gap(estimate: estimate, rates: families[worst])
    }
}
