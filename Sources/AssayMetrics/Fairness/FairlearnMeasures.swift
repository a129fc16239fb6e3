import AssayTerms

/// Fairlearn's gaps of a binary decision over the groups of one column, with simultaneous intervals.
///
/// Intervals are those of `SimultaneousPairs` over the groups that have the rate, of weighted rows at the effective number
/// of rows (`Proportion.effective`); `nil` beyond 64 groups. O(groups²) beside the interval's draws.
package enum FairlearnMeasures {
    /// What is compared, and how. Raw values are Fairlearn's names.
    package enum Name: String, Sendable, CaseIterable {
        /// The largest difference of selection rates between two groups. Lower is better; 0...1; 0 where all are equal.
        ///
        /// - Source: Fairlearn 0.15 `demographic_parity_difference`.
        case demographicParityDifference = "demographic_parity_difference"
        /// The smallest selection rate divided by the largest. Higher is better; 0...1; 1 where all are equal.
        ///
        /// - Source: Fairlearn 0.15 `demographic_parity_ratio`.
        case demographicParityRatio = "demographic_parity_ratio"
        /// The larger of the differences of true positive rates and of false positive rates. Lower is better; 0...1.
        /// Undefined if either difference is. The interval is simultaneous over both rates.
        ///
        /// - Source: Fairlearn 0.15 `equalized_odds_difference(agg="worst_case")`; Hardt, M., Price, E. and Srebro, N.
        ///   (2016). Equality of opportunity in supervised learning. NeurIPS, definition 2.1.
        case equalizedOddsDifference = "equalized_odds_difference"
        /// The smaller of the ratios of true positive rates and of false positive rates. Higher is better; 0...1.
        /// Undefined if either ratio is. The interval is simultaneous over both rates.
        ///
        /// - Source: Fairlearn 0.15 `equalized_odds_ratio(agg="worst_case")`.
        case equalizedOddsRatio = "equalized_odds_ratio"
        /// The largest difference of true positive rates. Lower is better; 0...1.
        ///
        /// - Source: Fairlearn 0.15 `equal_opportunity_difference`; Hardt, Price and Srebro (2016), definition 2.2.
        case equalOpportunityDifference = "equal_opportunity_difference"
        /// The smallest true positive rate divided by the largest. Higher is better; 0...1.
        ///
        /// - Source: Fairlearn 0.15 `equal_opportunity_ratio`.
        case equalOpportunityRatio = "equal_opportunity_ratio"

        var rates: [Rate] {
            switch self {
            case .demographicParityDifference, .demographicParityRatio: [.selectionRate]
            case .equalizedOddsDifference, .equalizedOddsRatio: [.truePositiveRate, .falsePositiveRate]
            case .equalOpportunityDifference, .equalOpportunityRatio: [.truePositiveRate]
            }
        }

        var isRatio: Bool {
            switch self {
            case .demographicParityRatio, .equalizedOddsRatio, .equalOpportunityRatio: true
            default: false
            }
        }
    }

    /// A gap over groups and the rate it was taken from.
    package struct Gap: Sendable {
        /// The worst over all levels and rates; undefined if one of them is.
        package var estimate: Estimate
        /// The rate whose gap is the value: of two, the worse (the first if they tie or one is undefined).
        package var rate: Rate
        /// The worst of each level.
        package var levels: [Estimate]
    }

    /// - Parameter levels: the groups of each value of a control, or one list of groups. The interval holds for all levels
    ///   at once.
    package static func gap(_ levels: [[Confusion]], _ name: Name, seed: UInt64 = 0) -> Gap {
        var worst: (estimate: Estimate, rate: Rate)?
        var perLevel: [Estimate] = []
        var arms: [[Arm]] = []
        for confusions in levels {
            var own: Estimate?
            for rate in name.rates {
                let rates = GroupRates(rate, confusions: confusions)
                let estimate = name.isRatio ? rates.ratio : rates.difference
                if worst.map({ isWorse(estimate, than: $0.estimate, name) }) ?? true { worst = (estimate, rate) }
                if own.map({ isWorse(estimate, than: $0, name) }) ?? true { own = estimate }
                if let counted = rates.arms { arms.append(counted) }
            }
            if let own { perLevel.append(own) }
        }
        guard var estimate = worst?.estimate, let rate = worst?.rate else {
            return Gap(estimate: Estimate(undefined: "no row has a group"), rate: name.rates[0], levels: [])
        }
        if estimate.value != nil, arms.count == levels.count * name.rates.count,
            let pairs = SimultaneousPairs(families: arms, seed: seed)
        {
            estimate.interval = name.isRatio ? pairs.ratioInterval() : pairs.differenceInterval()
        }
        return Gap(estimate: estimate, rate: estimate.value == nil ? name.rates[0] : rate, levels: perLevel)
    }

    /// An undefined gap is worse than any other.
    private static func isWorse(_ estimate: Estimate, than other: Estimate, _ name: Name) -> Bool {
        guard let before = other.value else { return false }
        guard let value = estimate.value else { return true }
        return name.isRatio ? value < before : value > before
    }
}
