/// Factors of row weights under which the label no longer depends on the group.
///
/// Definition: a row of group g with label y gets its weight times `P(g) · P(y) / P(g, y)`, the share of rows there would be if
/// group and label were independent over the share there is. Afterwards every group has the same weighted rate of positive
/// labels, and the sum of all weights is what it was.
///
/// A group without rows of one label has no factor for it, and needs none; its own rate stays 0 or 1 and cannot be moved by
/// weights. Rows that miss group or label take no part.
///
/// - Source: Kamiran, F. and Calders, T. (2012). Data preprocessing techniques for classification without discrimination.
///   Knowledge and Information Systems 33, section 5.1; AIF360 0.6 `Reweighing`, whose two groups are any number here.
package struct Reweighing: Sendable {
    /// Sums of weights by group and label, 0 for negative and 1 for positive.
    package let sums: [(negative: Double, positive: Double)]
    private let total: Double
    private let totals: (negative: Double, positive: Double)

    /// - Parameter sums: sums of the rows' weights, finite and not negative; rows where there are no weights.
    package init(sums: [(negative: Double, positive: Double)]) {
        self.sums = sums
        totals = sums.reduce((0, 0)) { ($0.0 + $1.negative, $0.1 + $1.positive) }
        total = totals.negative + totals.positive
    }

    /// The factor of a row; `nil` where no row has this group and label.
    package func factor(group: Int, isPositive: Bool) -> Double? {
        let here = sums[group]
        let cell = isPositive ? here.positive : here.negative
        guard cell > 0 else { return nil }
        // In AIF360's order, whose bits are these.
        return (isPositive ? totals.positive : totals.negative) * (here.negative + here.positive) / (total * cell)
    }

    /// The weighted rate of positive labels in a group, before or after; `nil` without rows.
    package func positiveRate(group: Int, isReweighed: Bool) -> Double? {
        let here = sums[group]
        let negative = here.negative * (isReweighed ? factor(group: group, isPositive: false) ?? 0 : 1)
        let positive = here.positive * (isReweighed ? factor(group: group, isPositive: true) ?? 0 : 1)
        guard negative + positive > 0 else { return nil }
        return positive / (negative + positive)
    }
}
