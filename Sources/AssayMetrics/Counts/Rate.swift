/// The rates of a binary decision that are compared over groups. Raw values are Fairlearn's names.
package enum Rate: String, Sendable, CaseIterable {
    /// `P(ŷ = 1)`.
    case selectionRate = "selection_rate"
    /// `P(ŷ = 1 | y = 1)`.
    case truePositiveRate = "true_positive_rate"
    /// `P(ŷ = 1 | y = 0)`.
    case falsePositiveRate = "false_positive_rate"
    /// `P(ŷ = 0 | y = 0)`.
    case trueNegativeRate = "true_negative_rate"
    /// `P(ŷ = 0 | y = 1)`.
    case falseNegativeRate = "false_negative_rate"
    /// `P(ŷ = y)`.
    case accuracy

    /// The rate's successes and trials in `confusion`.
    ///
    /// - Source: Fairlearn 0.15 `selection_rate`, `true_positive_rate`, …; scikit-learn 1.9 `accuracy_score`.
    ///   Without trials the value is `nil`, where Fairlearn's rates are 0.
    package func proportion(of confusion: Confusion) -> Proportion {
        Proportion(confusion) { confusion in
            switch self {
            case .selectionRate: (confusion.selected, confusion.total)
            case .truePositiveRate: (confusion.truePositives, confusion.positives)
            case .falsePositiveRate: (confusion.falsePositives, confusion.negatives)
            case .trueNegativeRate: (confusion.trueNegatives, confusion.negatives)
            case .falseNegativeRate: (confusion.falseNegatives, confusion.positives)
            case .accuracy: (confusion.trueNegatives + confusion.truePositives, confusion.total)
            }
        }
    }

    /// Why there is no rate where there are no trials.
    var lack: String {
        switch self {
        case .selectionRate, .accuracy: "no row has what the check needs"
        case .truePositiveRate, .falseNegativeRate: "no row is labelled positive"
        case .falsePositiveRate, .trueNegativeRate: "no row is labelled negative"
        }
    }

    /// Words for people: "selection rate".
    package var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}
