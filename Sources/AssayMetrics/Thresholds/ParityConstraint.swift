/// What an adjusted decision has to have in common over all groups. Raw values are Fairlearn's.
///
/// - Source: Fairlearn 0.15 `ThresholdOptimizer(constraints=…)`; Hardt, M., Price, E. and Srebro, N. (2016). Equality of
///   opportunity in supervised learning. NeurIPS, section 3.
package enum ParityConstraint: String, Sendable, CaseIterable {
    case selectionRateParity = "selection_rate_parity"
    /// The same as `selectionRateParity`.
    case demographicParity = "demographic_parity"
    case falsePositiveRateParity = "false_positive_rate_parity"
    case falseNegativeRateParity = "false_negative_rate_parity"
    case truePositiveRateParity = "true_positive_rate_parity"
    case trueNegativeRateParity = "true_negative_rate_parity"
    /// True and false positive rates both.
    case equalizedOdds = "equalized_odds"

    /// The rate on the axis along which groups are made equal.
    package var rate: Rate {
        switch self {
        case .selectionRateParity, .demographicParity: .selectionRate
        case .falsePositiveRateParity, .equalizedOdds: .falsePositiveRate
        case .falseNegativeRateParity: .falseNegativeRate
        case .truePositiveRateParity: .truePositiveRate
        case .trueNegativeRateParity: .trueNegativeRate
        }
    }
}
