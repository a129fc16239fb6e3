import AssayColumns
package import AssayTerms

/// Every check this build can compute.
package enum CheckCatalogue {
    /// In the order in which they are listed to people.
    package static let descriptors: [CheckDescriptor] = 
        performance + rates + fairlearn + aif360 + quality + dataQuality + privacy

    package static let ids: [String] = descriptors.map(\.id)

    /// - Throws: `invalidArgument` for an unknown id, naming near ones.
    package static func descriptor(id: String) throws(AssayError) -> CheckDescriptor {
        if let known = descriptors.first(where: { $0.id == id }) { return known }
        let near = NearNames.near(Text(id), among: ids.map { Text($0) })
        throw AssayError(
            .invalidArgument,
            near.isEmpty
                ? "there is no check \(ValueList.quoted(Text(id))); the checks are \(ids.joined(separator: ", "))"
                : "there is no check \(ValueList.quoted(Text(id))); did you mean "
                    + near.map { "'\($0)'" }.joined(separator: " or ") + "?")
    }

    private static let performance: [CheckDescriptor] = [
        scikitLearn(
            "accuracy", "accuracy_score", "The share of rows whose prediction equals the label."),
        scikitLearn(
            "balanced_accuracy", "balanced_accuracy_score",
            "The mean over both classes of the share of rows predicted right."),
        scikitLearn(
            "precision", "precision_score", "Among rows predicted positive, the share labelled positive."),
        scikitLearn("recall", "recall_score", "Among rows labelled positive, the share predicted positive."),
        scikitLearn("f1", "f1_score", "The harmonic mean of precision and recall."),
        scikitLearn(
            "roc_auc", "roc_auc_score", "How often a positive row scores above a negative one.",
            needs: [.label, .score], kind: .whole),
        scikitLearn(
            "log_loss", "log_loss", "The mean negative log of the probability given to what came true, in nats.",
            needs: [.label, .score], kind: .summed, direction: .lowerIsBetter, greatest: nil),
        scikitLearn(
            "brier", "brier_score_loss", "The mean squared distance of the probability from what came true.",
            needs: [.label, .score], kind: .summed, direction: .lowerIsBetter),
    ]

    private static func scikitLearn(
        _ name: String, _ function: String, _ sentence: String, needs: [CheckDescriptor.Need] = [.label, .prediction],
        kind: CheckDescriptor.Kind = .counted, direction: CheckDescriptor.Direction = .higherIsBetter,
        greatest: Int? = 1
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "performance." + name, convention: .scikitLearn, direction: direction, kind: kind, needs: needs,
            sentence: sentence, source: "scikit-learn 1.9 sklearn.metrics.\(function)", least: 0, greatest: greatest)
    }

    private static let rates: [CheckDescriptor] = [
        rate("selection_rate", .none, "The share of rows predicted positive.", needs: [.prediction, .sensitive]),
        rate("true_positive_rate", .higherIsBetter, "Among rows labelled positive, the share predicted positive."),
        rate("false_positive_rate", .lowerIsBetter, "Among rows labelled negative, the share predicted positive."),
        rate("true_negative_rate", .higherIsBetter, "Among rows labelled negative, the share predicted negative."),
        rate("false_negative_rate", .lowerIsBetter, "Among rows labelled positive, the share predicted negative."),
        rate(
            "accuracy", .higherIsBetter, "The share of rows whose prediction equals the label.",
            function: "MetricFrame(metrics=sklearn.metrics.accuracy_score)"),
    ]

    private static func rate(
        _ name: String, _ direction: CheckDescriptor.Direction, _ sentence: String,
        needs: [CheckDescriptor.Need] = [.label, .prediction, .sensitive], function: String? = nil
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "fairness." + name, convention: .fairlearn, direction: direction, kind: .counted, needs: needs,
            sentence: sentence, source: "Fairlearn 0.15 fairlearn.metrics." + (function ?? name), least: 0, greatest: 1)
    }

    private static let fairlearn: [CheckDescriptor] = [
        gap(
            "demographic_parity_difference", .lowerIsBetter,
            "The largest gap in selection rates between two groups; 0 is parity.", needs: [.prediction, .sensitive]),
        gap(
            "demographic_parity_ratio", .higherIsBetter,
            "The lowest group's selection rate over the highest; 1 is parity.", needs: [.prediction, .sensitive]),
        gap(
            "equalized_odds_difference", .lowerIsBetter,
            "The larger gap of true and of false positive rates between two groups."),
        gap(
            "equalized_odds_ratio", .higherIsBetter,
            "The smaller ratio of true and of false positive rates between two groups."),
        gap(
            "equal_opportunity_difference", .lowerIsBetter,
            "The largest gap in true positive rates between two groups; 0 is parity."),
        gap(
            "equal_opportunity_ratio", .higherIsBetter,
            "The lowest group's true positive rate over the highest; 1 is parity."),
    ]

    private static func gap(
        _ name: String, _ direction: CheckDescriptor.Direction, _ sentence: String,
        needs: [CheckDescriptor.Need] = [.label, .prediction, .sensitive]
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "fairness." + name, convention: .fairlearn, direction: direction, kind: .counted, needs: needs,
            sentence: sentence, source: "Fairlearn 0.15 fairlearn.metrics." + name, least: 0, greatest: 1)
    }

    private static let aif360: [CheckDescriptor] = [
        signed(
            "statistical_parity_difference", .zeroIsParity,
            "Selection rate of the unprivileged minus that of the privileged; 0 is parity.",
            needs: [.prediction, .sensitive, .privileged]),
        signed(
            "disparate_impact", .oneIsParity,
            "Selection rate of the unprivileged over that of the privileged; 1 is parity.",
            needs: [.prediction, .sensitive, .privileged]),
        signed(
            "average_odds_difference", .zeroIsParity,
            "The mean gap of true and false positive rates, unprivileged minus privileged."),
        signed(
            "equal_opportunity_difference", .zeroIsParity,
            "True positive rate of the unprivileged minus that of the privileged."),
    ]

    private static func signed(
        _ name: String, _ direction: CheckDescriptor.Direction, _ sentence: String,
        needs: [CheckDescriptor.Need] = [.label, .prediction, .sensitive, .privileged]
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "aif360." + name, convention: .aif360, direction: direction, kind: .counted, needs: needs,
            sentence: sentence, source: "AIF360 0.6 aif360.metrics.ClassificationMetric." + name,
            least: direction == .zeroIsParity ? -1 : 0, greatest: direction == .zeroIsParity ? 1 : nil)
    }

    private static let quality: [CheckDescriptor] = [
        CheckDescriptor(
            id: "quality.column_absent", convention: .assay, direction: .higherIsBetter, kind: .counted,
            needs: [.column, .columnNames], impliedLimit: .atLeastOne,
            sentence: "1 where the column is not among the model's inputs (or the data's columns), else 0.",
            source: "Assay: exact comparison of column names, by their UTF-8 bytes",
            least: 0, greatest: 1)
    ]
}
