import AssayTerms

/// One rate by group, with the gap measures of Fairlearn over it.
///
/// A group in which the rate has no trials (no rows, or no positives for the true positive rate) has no rate: it is
/// left out of gaps and listed with a `nil` value. Fairlearn counts such a group's rate as 0.
package struct GroupRates: Sendable {
    package let rate: Rate
    /// By group code.
    package let proportions: [Proportion]

    package init(_ rate: Rate, confusions: [Confusion]) {
        self.rate = rate
        proportions = confusions.map { rate.proportion(of: $0) }
    }

    /// The groups with the lowest and the highest rate; `nil` with fewer than two that have one.
    private var extremes: (low: Proportion, high: Proportion)? {
        let present = proportions.filter { $0.trials > 0 }
        let ascending: (Proportion, Proportion) -> Bool = { ($0.value ?? 0) < ($1.value ?? 0) }
        guard present.count > 1, let low = present.min(by: ascending), let high = present.max(by: ascending) else {
            return nil
        }
        return (low, high)
    }

    /// `max_g r(g) − min_g r(g)` over groups with a rate. Undefined with fewer than two of them.
    ///
    /// - Source: Fairlearn 0.15 `MetricFrame.difference(method="between_groups")`.
    package var difference: Estimate {
        guard let (low, high) = extremes, let value = high.difference(low) else { return tooFew }
        return Estimate(value)
    }

    /// `min_g r(g) / max_g r(g)` over groups with a rate. Undefined with fewer than two of them or when all are 0.
    ///
    /// - Source: Fairlearn 0.15 `MetricFrame.ratio(method="between_groups")`, which answers NaN when all are 0.
    package var ratio: Estimate {
        guard let (low, high) = extremes else { return tooFew }
        guard let value = low.ratio(high) else {
            return Estimate(undefined: "the \(rate.words) is 0 in every group, so their ratio is 0 / 0")
        }
        return Estimate(value)
    }

    private var tooFew: Estimate {
        let condition =
            switch rate {
            case .selectionRate, .accuracy: "rows"
            case .truePositiveRate, .falseNegativeRate: "rows labelled positive"
            case .falsePositiveRate, .trueNegativeRate: "rows labelled negative"
            }
        return Estimate(undefined: "fewer than two groups have \(condition)")
    }

    /// The groups that have trials, as score tests see them; `nil` where one of them tells no variance.
    var arms: [Arm]? {
        let present = proportions.filter { $0.trials > 0 }
        let arms = present.compactMap(\.arm)
        return arms.count == present.count ? arms : nil
    }
}
