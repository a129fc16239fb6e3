/// How a check is put together from counted shares, or a mean of bounded numbers, so that an interval that holds at all times can be put together from theirs.
package struct AnytimeForm: Sendable, Hashable {
    package enum Shape: Sendable, Hashable {
        /// One share.
        case share
        /// The greatest share of a group less the least, and the least over the greatest. Of two rates the worse.
        case gap, least
        /// The unprivileged rows' share less the privileged rows', and over it. Of two rates their mean difference.
        case difference, ratio
        /// The mean of a number that each row has, between 0 and a bound.
        case mean
    }

    /// Of which rows a share is taken, and what is counted among them.
    package enum Rate: String, Sendable, Hashable, CaseIterable {
        /// Of all rows; what is counted is the check's own.
        case all
        /// Of the rows labelled positive or negative, those predicted positive; of those labelled negative, those predicted so.
        case truePositive = "true_positive_rate"
        case falsePositive = "false_positive_rate"
        case trueNegative = "true_negative_rate"
        /// Of the rows predicted positive, those labelled so.
        case positivePredictive = "positive_predictive_value"
    }

    package let shape: Shape
    /// Each of the rates is counted by group; intervals of all of them hold at once.
    package let rates: [Rate]

    /// Whether a row's number has no bound but the one that is stated.
    package let needsRange: Bool

    private init(_ shape: Shape, _ rates: [Rate] = [.all], needsRange: Bool = false) {
        self.shape = shape
        self.rates = rates
        self.needsRange = needsRange
    }

    private static let odds: [Rate] = [.truePositive, .falsePositive]

    private static let forms: [Text: AnytimeForm] = [
        "performance.accuracy": .init(.share), "service.errors": .init(.share), "service.slow": .init(.share),
        "quality.missing_rate": .init(.share), "privacy.consent": .init(.share),
        "performance.recall": .init(.share, [.truePositive]), "performance.specificity": .init(.share, [.trueNegative]),
        "performance.precision": .init(.share, [.positivePredictive]),
        "performance.brier": .init(.mean), "performance.mae": .init(.mean, needsRange: true), "performance.mse": .init(.mean, needsRange: true),
        "fairness.demographic_parity_difference": .init(.gap), "fairness.demographic_parity_ratio": .init(.least),
        "fairness.equal_opportunity_difference": .init(.gap, [.truePositive]), "fairness.equal_opportunity_ratio": .init(.least, [.truePositive]),
        "fairness.equalized_odds_difference": .init(.gap, odds), "fairness.equalized_odds_ratio": .init(.least, odds),
        "aif360.statistical_parity_difference": .init(.difference), "aif360.disparate_impact": .init(.ratio),
        "aif360.equal_opportunity_difference": .init(.difference, [.truePositive]), "aif360.average_odds_difference": .init(.difference, odds),
    ]

    /// The checks that have one, sorted.
    package static let checks: [String] = forms.keys.map(\.string).sorted()

    /// `nil` for a check that is neither share nor bounded mean, or none that rows alone count.
    package init?(check id: String) {
        guard let form = Self.forms[Text(id)] else { return nil }
        self = form
    }

    package var comparesGroups: Bool { shape != .share && shape != .mean }

    /// Whether the rows of a share are those of a class, and not all.
    package var isWithinClasses: Bool { rates != [.all] }

    /// Under which name a group's rows are counted: with the rate, where there are several.
    package func part(_ rate: Rate, _ group: Text) -> Text { rates.count > 1 ? Text("\(rate.rawValue): \(group)") : group }

    /// The group that a part is of; `nil` for another rate's.
    package func group(ofPart part: Text, _ rate: Rate) -> Text? {
        guard rates.count > 1 else { return part }
        let prefix = "\(rate.rawValue): "
        return part.string.hasPrefix(prefix) ? Text(String(part.string.dropFirst(prefix.count))) : nil
    }
}
