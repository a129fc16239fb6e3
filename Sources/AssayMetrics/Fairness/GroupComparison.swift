/// One measure's values by group, compared: the aggregates of Fairlearn's `MetricFrame`.
///
/// A group in which the measure is undefined has no value: it is left out, where Fairlearn lets it be NaN or 0.
package struct GroupComparison: Sendable {
    /// How values become one number. Raw values stand behind a measure's name in an id.
    package enum Aggregate: String, Sendable, CaseIterable {
        /// `max − min` over groups.
        case difference
        /// `min / max` over groups.
        case ratio
        case groupMin = "group_min"
        case groupMax = "group_max"
        /// `max |group − overall|`.
        case differenceToOverall = "difference_to_overall"
        /// The least of `group / overall` or its inverse, whichever is up to 1.
        case ratioToOverall = "ratio_to_overall"
    }

    private struct Entry {
        var value: Double
        /// Where the value is a rate: its counts, which make differences exact.
        var proportion: Proportion?
    }

    private let entries: [Entry]
    private let overall: Double?

    /// - Parameter proportions: by group, where the measure is a rate.
    package init(values: [Double?], proportions: [Proportion?]? = nil, overall: Double?) {
        entries = values.indices.compactMap { group in
            values[group].map { Entry(value: $0, proportion: proportions?[group]) }
        }
        self.overall = overall
    }

    /// - Source: Fairlearn 0.15 `MetricFrame.difference`, `.ratio`, `.group_min`, `.group_max` with
    ///   `method="between_groups"` and `"to_overall"`.
    package func estimate(_ aggregate: Aggregate) -> Estimate {
        guard let low = entries.min(by: { $0.value < $1.value }), let high = entries.max(by: { $0.value < $1.value })
        else { return Estimate(undefined: "no group has the measure") }
        if aggregate == .groupMin { return Estimate(low.value) }
        if aggregate == .groupMax { return Estimate(high.value) }
        guard entries.count > 1 else { return Estimate(undefined: "fewer than two groups have the measure") }
        switch aggregate {
        case .ratio:
            guard high.value != 0 else { return Estimate(undefined: "the largest value is 0, so the ratio is undefined") }
            if let below = low.proportion, let above = high.proportion, let ratio = below.ratio(above) {
                return Estimate(ratio)
            }
            return Estimate(low.value / high.value)
        case .differenceToOverall:
            guard let overall else { return Estimate(undefined: "all rows together have no value") }
            return Estimate(max(abs(high.value - overall), abs(low.value - overall)))
        case .ratioToOverall:
            guard let overall, overall != 0 else {
                return Estimate(undefined: "the value of all rows together is 0 or undefined")
            }
            let ratios = entries.map { $0.value / overall }.map { $0 > 1 ? 1 / $0 : $0 }
            return Estimate(ratios.min() ?? 1)
        default:
            if let below = low.proportion, let above = high.proportion, let difference = above.difference(below) {
                return Estimate(difference)
            }
            return Estimate(high.value - low.value)
        }
    }
}
