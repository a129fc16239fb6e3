/// What is as large as the constraint allows. Raw values are Fairlearn's.
///
/// - Source: Fairlearn 0.15 `ThresholdOptimizer(objective=…)`.
package enum ThresholdObjective: String, Sendable, CaseIterable {
    case selectionRate = "selection_rate"
    case truePositiveRate = "true_positive_rate"
    case trueNegativeRate = "true_negative_rate"
    case accuracyScore = "accuracy_score"
    case balancedAccuracyScore = "balanced_accuracy_score"

    /// Whether the objective may stand beside `constraint`: equalized odds want one that grows with the true positives.
    package func isAllowed(beside constraint: ParityConstraint) -> Bool {
        constraint != .equalizedOdds || self == .accuracyScore || self == .balancedAccuracyScore
    }

    /// The value for rows of which both labels have some, in the peer's order of operations, whose bits are these.
    func value(of confusion: Confusion) -> Double {
        let (negatives, positives) = (confusion.trueNegatives + confusion.falsePositives, confusion.truePositives + confusion.falseNegatives)
        // As the peer adds the four amounts; amounts that are no whole numbers round otherwise in another order.
        let total = confusion.truePositives + confusion.trueNegatives + confusion.falsePositives + confusion.falseNegatives
        return switch self {
        case .selectionRate: (confusion.truePositives + confusion.falsePositives) / total
        case .truePositiveRate: confusion.truePositives / positives
        case .trueNegativeRate: confusion.trueNegatives / negatives
        case .accuracyScore: (confusion.truePositives + confusion.trueNegatives) / total
        case .balancedAccuracyScore: 0.5 * confusion.truePositives / positives + 0.5 * confusion.trueNegatives / negatives
        }
    }
}
