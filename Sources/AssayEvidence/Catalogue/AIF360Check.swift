import AssayMetrics
import AssayTerms

/// What an `aif360.*` check computes.
enum AIF360Check: Sendable {
    /// Unprivileged minus privileged.
    case difference(AIF360Rate)
    /// Unprivileged over privileged.
    case ratio(AIF360Rate)
    /// Of both sides' rates, by other rules; groups are listed by the rate named.
    case sides(AIF360Rate, @Sendable (AIF360Measures) -> Estimate)
    /// A rate of all rows.
    case rate(AIF360Rate)
    /// Of the scores of all rows.
    case generalized(GeneralizedConfusion.Measure)
    /// An amount of rows.
    case amount(@Sendable (Confusion) -> Double)
    /// Of the benefit over all rows.
    case inequality(@Sendable (BenefitInequality) -> Estimate)
    /// Of the benefit between the two sides.
    case betweenSides(@Sendable (BenefitInequality) -> Estimate)
    /// Of the benefit between all groups of the column.
    case betweenGroups(@Sendable (BenefitInequality) -> Estimate)
    /// Of all groups of the column.
    case groups(AIF360Rate, @Sendable ([Confusion]) -> Estimate)

    /// Whether a privileged group must be named.
    var isSided: Bool {
        switch self {
        case .difference, .ratio, .sides, .betweenSides, .rate, .generalized, .amount, .inequality: true
        case .betweenGroups, .groups: false
        }
    }

    /// Whether the check compares groups, and does not only count or describe them.
    var compares: Bool {
        switch self {
        case .rate, .generalized, .amount: false
        default: true
        }
    }

    static func named(_ id: String) -> AIF360Check? { entries.first { $0.id == id }?.check }

    struct Entry: Sendable {
        var name: String
        var check: AIF360Check
        var sentence: String
        var direction: CheckDescriptor.Direction = .zeroIsParity
        /// Whether labels are wanted beside the outcome.
        var needsLabel = true
        var least: Int? = -1
        var greatest: Int? = 1
        var function: String?
        var id: String { "aif360." + name }
    }

    static let entries: [Entry] = sided + differences + ratios + inequalities + all + rates + generalized + amounts

    private static let sided: [Entry] = [
        Entry(
            name: "statistical_parity_difference", check: .difference(.selectionRate),
            sentence: "Selection rate of the unprivileged minus that of the privileged; 0 is parity.", needsLabel: false),
        Entry(
            name: "disparate_impact", check: .ratio(.selectionRate),
            sentence: "Selection rate of the unprivileged over that of the privileged; 1 is parity.",
            direction: .oneIsParity, needsLabel: false, least: 0, greatest: nil),
        Entry(
            name: "class_imbalance", check: .sides(.selectionRate, { $0.classImbalance }),
            sentence: "Rows of the unprivileged minus those of the privileged, over all rows.", needsLabel: false,
            function: "sklearn.metrics.class_imbalance"),
        Entry(
            name: "kl_divergence", check: .sides(.selectionRate, { $0.klDivergence }),
            sentence: "How far the privileged rows' outcomes are from the unprivileged ones', in nats.",
            direction: .lowerIsBetter, needsLabel: false, least: 0, greatest: nil,
            function: "sklearn.metrics.kl_divergence"),
        Entry(
            name: "average_odds_difference", check: .sides(.truePositiveRate, { $0.averageOddsDifference }),
            sentence: "The mean gap of true and false positive rates, unprivileged minus privileged."),
        Entry(
            name: "average_abs_odds_difference", check: .sides(.truePositiveRate, { $0.averageAbsoluteOddsDifference }),
            sentence: "The mean size of the gaps of true and of false positive rates.", direction: .lowerIsBetter, least: 0),
        Entry(
            name: "equalized_odds_difference", check: .sides(.truePositiveRate, { $0.equalizedOddsDifference }),
            sentence: "The larger size of the gaps of true and of false positive rates.", direction: .lowerIsBetter,
            least: 0),
        Entry(
            name: "average_predictive_value_difference",
            check: .sides(.positivePredictiveValue, { $0.averagePredictiveValueDifference }),
            sentence: "The mean gap of precision and false omission rate, unprivileged minus privileged."),
        Entry(
            name: "equal_opportunity_difference", check: .difference(.truePositiveRate),
            sentence: "True positive rate of the unprivileged minus that of the privileged."),
    ]

    private static let differences: [Entry] = [
        AIF360Rate.truePositiveRate, .falsePositiveRate, .falseNegativeRate, .falseOmissionRate, .falseDiscoveryRate,
        .errorRate,
    ].map { rate in
        Entry(
            name: "\(rate.rawValue)_difference", check: .difference(rate),
            sentence: "The \(rate.words), unprivileged minus privileged.")
    }

    private static let ratios: [Entry] = [
        AIF360Rate.falsePositiveRate, .falseNegativeRate, .falseOmissionRate, .falseDiscoveryRate, .errorRate,
    ].map { rate in
        Entry(
            name: "\(rate.rawValue)_ratio", check: .ratio(rate),
            sentence: "The \(rate.words), unprivileged over privileged.", direction: .oneIsParity, least: 0, greatest: nil)
    }

    private static let inequalities: [Entry] =
        inequality("generalized_entropy_index", "generalized entropy (α = 2)") { $0.generalizedEntropy }
        + inequality("theil_index", "Theil index") { $0.theil }
        + inequality("coefficient_of_variation", "coefficient of variation") { $0.coefficientOfVariation }

    /// Over all rows, between the two sides, and between all groups of the column.
    private static func inequality(
        _ name: String, _ words: String, _ value: @escaping @Sendable (BenefitInequality) -> Estimate
    ) -> [Entry] {
        func entry(_ name: String, _ check: AIF360Check, _ sentence: String) -> Entry {
            Entry(name: name, check: check, sentence: sentence, direction: .lowerIsBetter, least: 0, greatest: nil)
        }
        return [
            entry(name, .inequality(value), "The \(words) of each row's benefit; 0 is equality."),
            entry(
                "between_group_\(name)", .betweenSides(value),
                "The \(words) of mean benefits, unprivileged and privileged."),
            entry(
                "between_all_groups_\(name)", .betweenGroups(value), "The \(words) of mean benefits over all groups."),
        ]
    }

    private static let all: [Entry] = [
        Entry(
            name: "smoothed_empirical_differential_fairness",
            check: .groups(.selectionRate, { DifferentialFairness.smoothed($0.map(AIF360Rate.selectionRate.proportion)) }),
            sentence: "The largest log ratio of smoothed outcome rates between two groups.", direction: .lowerIsBetter,
            needsLabel: false, least: 0, greatest: nil),
        Entry(
            name: "differential_fairness_bias_amplification",
            check: .groups(.selectionRate, { DifferentialFairness.amplification($0) }),
            sentence: "Differential fairness of predictions minus that of labels; above 0 it grew.",
            direction: .lowerIsBetter, least: nil, greatest: nil),
        Entry(
            name: "conditional_demographic_disparity",
            check: .groups(
                .selectionRate,
                { DifferentialFairness.conditionalDemographicDisparity($0.map(AIF360Rate.selectionRate.proportion)) }),
            sentence: "Each group's share of refusals minus its share of acceptances, by its rows.",
            needsLabel: false, function: "sklearn.metrics.conditional_demographic_disparity"),
    ]

    private static let rates: [Entry] = AIF360Rate.allCases.map { rate in
        Entry(
            name: rate.rawValue, check: .rate(rate), sentence: "The \(rate.words) of all rows, and of either side.",
            direction: .none, needsLabel: rate != .selectionRate, least: 0)
    }

    private static let generalized: [Entry] = GeneralizedConfusion.Measure.allCases.map { measure in
        Entry(
            name: measure.rawValue, check: .generalized(measure), sentence: "The \(measure.words), of all rows and of either side.",
            direction: .none, least: 0, greatest: measure.isRate ? 1 : nil)
    }

    private static let amounts: [Entry] = [
        amount("num_instances", "Rows of either side.") { $0.total },
        amount("num_positives", "Rows labelled positive.") { $0.positives },
        amount("num_negatives", "Rows labelled negative.") { $0.negatives },
        amount("num_pred_positives", "Rows predicted positive.") { $0.selected },
        amount("num_pred_negatives", "Rows predicted negative.") { $0.trueNegatives + $0.falseNegatives },
        amount("num_true_positives", "Rows labelled and predicted positive; AIF360's power.") { $0.truePositives },
        amount("num_false_positives", "Rows labelled negative and predicted positive.") { $0.falsePositives },
        amount("num_true_negatives", "Rows labelled and predicted negative.") { $0.trueNegatives },
        amount("num_false_negatives", "Rows labelled positive and predicted negative.") { $0.falseNegatives },
    ]

    private static func amount(
        _ name: String, _ sentence: String, _ amount: @escaping @Sendable (Confusion) -> Double
    ) -> Entry {
        Entry(name: name, check: .amount(amount), sentence: sentence, direction: .none, least: 0, greatest: nil)
    }
}

extension CheckCatalogue {
    static let aif360: [CheckDescriptor] = AIF360Check.entries.map { entry in
        let isScored = if case .generalized = entry.check { true } else { false }
        return CheckDescriptor(
            id: entry.id, convention: .aif360, direction: entry.direction, kind: isScored ? .summed : .counted,
            needs: (entry.needsLabel ? [.label] : []) + [isScored ? .score : .prediction, .sensitive]
                + (entry.check.isSided ? [.privileged] : []),
            sentence: entry.sentence,
            source: "AIF360 0.6 aif360." + (entry.function ?? "metrics.ClassificationMetric.\(entry.name)"),
            least: entry.least, greatest: entry.greatest)
    }
}
