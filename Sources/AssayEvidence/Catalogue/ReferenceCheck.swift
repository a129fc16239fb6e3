import AssayMetrics
import AssayTerms

/// Checks that hold every group against one of them: Aequitas' against a reference group, New York City's Local Law 144
/// against the most selected one.
enum ReferenceCheck: Sendable {
    /// A group's rate over that of the reference group.
    case disparity(AIF360Rate)
    /// A group's selection rate over the highest.
    case selection
    /// A group's share of scores above the median of all over the highest.
    case scoring

    struct Entry: Sendable {
        var id: String
        var check: ReferenceCheck
        var convention: CheckDescriptor.Convention
        var needs: [CheckDescriptor.Need]
        var sentence: String
        var source: String
    }

    static func named(_ id: String) -> ReferenceCheck? { entries.first { $0.id == id }?.check }

    static let entries: [Entry] =
        [
            ("pprev", AIF360Rate.selectionRate, "selection rate"),
            ("tpr", .truePositiveRate, "true positive rate"), ("tnr", .trueNegativeRate, "true negative rate"),
            ("fpr", .falsePositiveRate, "false positive rate"), ("fnr", .falseNegativeRate, "false negative rate"),
            ("fdr", .falseDiscoveryRate, "false discovery rate"), ("for", .falseOmissionRate, "false omission rate"),
            ("precision", .positivePredictiveValue, "precision"), ("npv", .negativePredictiveValue, "negative predictive value"),
        ].map { name, rate, words in
            Entry(
                id: "aequitas.\(name)_disparity", check: .disparity(rate), convention: .aequitas,
                needs: (rate == .selectionRate ? [] : [.label]) + [.prediction, .sensitive],
                sentence: "A group's \(words) against the reference group's, the least ratio.",
                source: "Aequitas 1.0 aequitas.bias.Bias.get_disparity_major_group")
        } + [
            Entry(
                id: "ll144.impact_ratio", check: .selection, convention: .ll144, needs: [.prediction, .sensitive],
                sentence: "The lowest group's selection rate over that of the most selected group.",
                source: "6 RCNY § 5-300, impact ratio, first form"),
            Entry(
                id: "ll144.scoring_impact_ratio", check: .scoring, convention: .ll144, needs: [.score, .sensitive],
                sentence: "The lowest group's share of scores above the median over the highest share.",
                source: "6 RCNY § 5-300, impact ratio, second form, by scoring rate"),
        ]
}

extension CheckCatalogue {
    static let reference: [CheckDescriptor] = ReferenceCheck.entries.map { entry in
        let isWhole = if case .scoring = entry.check { true } else { false }
        return CheckDescriptor(
            id: entry.id, convention: entry.convention, direction: .higherIsBetter, kind: isWhole ? .whole : .counted,
            needs: entry.needs, sentence: entry.sentence, source: entry.source, least: 0, greatest: 1)
    }
}
