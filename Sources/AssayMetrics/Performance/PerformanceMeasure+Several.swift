import AssayTerms

extension PerformanceMeasure {
    private static let library = "scikit-learn 1.9 sklearn.metrics."

    /// Measures of one score a class.
    static let classScores: [PerformanceMeasure] =
        [ClassMeasures.Average.macro, .weighted, .micro].map { average in
            PerformanceMeasure(
                "roc_auc_ovr_\(average.rawValue)", .classScores, restSentence(average),
                source: library + "roc_auc_score(multi_class=\"ovr\", average=\"\(average.rawValue)\")", kind: .whole,
                compute: { $0.classScores.map { ClassAreas.againstRest($0, average) } })
        }
        + [ClassMeasures.Average.macro, .weighted].map { average in
            PerformanceMeasure(
                "roc_auc_ovo_\(average.rawValue)", .classScores,
                "How well scores tell two classes apart, averaged over all pairs"
                    + (average == .weighted ? " by their rows." : "."),
                source: library + "roc_auc_score(multi_class=\"ovo\", average=\"\(average.rawValue)\")", kind: .whole,
                compute: { $0.classScores.map { ClassAreas.betweenPairs($0, average) } })
        }
        + [
            PerformanceMeasure(
                "log_loss_multiclass", .classScores,
                "The mean negative log of the probability given to the class that came, in nats.",
                source: library + "log_loss", kind: .summed, direction: .lowerIsBetter, greatest: nil,
                compute: { $0.classScores.map(ClassScoreMeasures.logLoss) }),
            PerformanceMeasure(
                "brier_multiclass", .classScores, "The squared distances of all probabilities from what came, summed, mean.",
                source: library + "brier_score_loss", kind: .summed, direction: .lowerIsBetter, greatest: 2,
                compute: { $0.classScores.map(ClassScoreMeasures.brier) }),
        ]
        + ClassScoreState.depths.enumerated().map { place, depth in
            PerformanceMeasure(
                "top_\(depth)_accuracy", .classScores,
                "The share of rows whose label is among the \(depth) classes that score highest.",
                source: library + "top_k_accuracy_score(k=\(depth))",
                proportion: { state in state.classScores.map { ClassScoreMeasures.hits($0, place: place) } },
                compute: { state in state.classScores.map { ClassScoreMeasures.topAccuracy($0, place: place) } })
        }

    private static func restSentence(_ average: ClassMeasures.Average) -> String {
        switch average {
        case .macro: "How often a class's row scores above another for it, averaged over the classes as equals."
        case .weighted: "How often a class's row scores above another for it, averaged by the classes' rows."
        case .micro: "How often the score of a row's class is above that of another row or class."
        }
    }

    /// Measures of predicted sets of labels.
    static let labelSets: [PerformanceMeasure] =
        [
            PerformanceMeasure(
                "subset_accuracy", .labelSets, "The share of rows whose labels are all predicted right.",
                source: library + "accuracy_score of multilabel indicators",
                proportion: { $0.labelSets.map(LabelSetMeasures.exact) },
                compute: { $0.labelSets.map(LabelSetMeasures.subsetAccuracy) }),
            PerformanceMeasure(
                "multilabel_hamming_loss", .labelSets, "The share of labels predicted wrong over all rows.",
                source: library + "hamming_loss of multilabel indicators", direction: .lowerIsBetter,
                compute: { $0.labelSets.map(LabelSetMeasures.hammingLoss) }),
        ]
        + ClassScore.allCases.flatMap { score in
            LabelSetMeasures.Average.allCases.map { average in
                PerformanceMeasure(
                    "multilabel_\(score.rawValue)_\(average.rawValue)", .labelSets, setSentence(score, average),
                    source: library + "\(score.rawValue)_score(average=\"\(average.rawValue)\") of multilabel indicators",
                    // A row's own quotients are no whole numbers.
                    kind: average == .samples ? .summed : .counted, score: average == .samples ? nil : score,
                    compute: { $0.labelSets.map { LabelSetMeasures.average(score, average, $0) } })
            }
        }

    private static func setSentence(_ score: ClassScore, _ average: LabelSetMeasures.Average) -> String {
        let name = score.words
        return switch average {
        case .macro: "\(name) of each label, averaged over the labels as equals."
        case .micro: "\(name) of all labels' counts taken together."
        case .weighted: "\(name) of each label, averaged by the rows that have it."
        case .samples: "\(name) of the labels within each row, averaged over rows."
        }
    }
}
