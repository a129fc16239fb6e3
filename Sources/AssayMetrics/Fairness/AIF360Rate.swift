/// The rates that AIF360 compares between the unprivileged and the privileged rows. Raw values are its names.
package enum AIF360Rate: String, Sendable, CaseIterable {
    case truePositiveRate = "true_positive_rate"
    case falsePositiveRate = "false_positive_rate"
    case falseNegativeRate = "false_negative_rate"
    case trueNegativeRate = "true_negative_rate"
    case positivePredictiveValue = "positive_predictive_value"
    case negativePredictiveValue = "negative_predictive_value"
    case falseDiscoveryRate = "false_discovery_rate"
    case falseOmissionRate = "false_omission_rate"
    case accuracy
    case errorRate = "error_rate"
    case selectionRate = "selection_rate"
    case baseRate = "base_rate"

    /// The rate's successes and trials in `confusion`.
    ///
    /// - Source: AIF360 0.6 `ClassificationMetric` and `BinaryLabelDatasetMetric`, methods of these names.
    package func proportion(of confusion: Confusion) -> Proportion {
        Proportion(confusion) { confusion in
            let unselected = confusion.trueNegatives + confusion.falseNegatives
            return switch self {
            case .truePositiveRate: (confusion.truePositives, confusion.positives)
            case .falsePositiveRate: (confusion.falsePositives, confusion.negatives)
            case .falseNegativeRate: (confusion.falseNegatives, confusion.positives)
            case .trueNegativeRate: (confusion.trueNegatives, confusion.negatives)
            case .positivePredictiveValue: (confusion.truePositives, confusion.selected)
            case .negativePredictiveValue: (confusion.trueNegatives, unselected)
            case .falseDiscoveryRate: (confusion.falsePositives, confusion.selected)
            case .falseOmissionRate: (confusion.falseNegatives, unselected)
            case .accuracy: (confusion.trueNegatives + confusion.truePositives, confusion.total)
            case .errorRate: (confusion.falsePositives + confusion.falseNegatives, confusion.total)
            case .selectionRate: (confusion.selected, confusion.total)
            case .baseRate: (confusion.positives, confusion.total)
            }
        }
    }

    /// Words for people: "false discovery rate".
    package var words: String { rawValue.split(separator: "_").joined(separator: " ") }

    /// Which rows the rate is taken of.
    package var condition: String {
        switch self {
        case .truePositiveRate, .falseNegativeRate: " labelled positive"
        case .falsePositiveRate, .trueNegativeRate: " labelled negative"
        case .positivePredictiveValue, .falseDiscoveryRate: " predicted positive"
        case .negativePredictiveValue, .falseOmissionRate: " predicted negative"
        case .accuracy, .errorRate, .selectionRate, .baseRate: ""
        }
    }
}
