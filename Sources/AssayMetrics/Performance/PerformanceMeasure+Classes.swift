import AssayTerms

extension PerformanceMeasure {
    private static let library = "scikit-learn 1.9 sklearn.metrics."

    /// Measures of labels and predictions that treat all classes alike.
    static let classes: [PerformanceMeasure] = [
        PerformanceMeasure(
            "accuracy", .classes, "The share of rows whose prediction equals the label.",
            source: library + "accuracy_score", proportion: { $0.classes.map(ClassMeasures.agreement) },
            compute: { $0.classes.map(ClassMeasures.accuracy) }),
        PerformanceMeasure(
            "balanced_accuracy", .classes, "The mean over the classes of the share of rows predicted right.",
            source: library + "balanced_accuracy_score",
            compute: { $0.classes.map(ClassMeasures.balancedAccuracy) }),
        PerformanceMeasure(
            "zero_one_loss", .classes, "The share of rows whose prediction is not the label.",
            source: library + "zero_one_loss", direction: .lowerIsBetter,
            proportion: { $0.classes.map(ClassMeasures.disagreement) },
            compute: { $0.classes.map(ClassMeasures.errorRate) }),
        PerformanceMeasure(
            "hamming_loss", .classes, "The share of labels predicted wrong; with one label a row, of rows.",
            source: library + "hamming_loss", direction: .lowerIsBetter,
            proportion: { $0.classes.map(ClassMeasures.disagreement) },
            compute: { $0.classes.map(ClassMeasures.errorRate) }),
        PerformanceMeasure(
            "cohen_kappa", .classes, "Agreement of labels and predictions beyond what chance alone gives.",
            source: library + "cohen_kappa_score", least: -1,
            compute: { $0.classes.map { ClassMeasures.cohenKappa($0) } }),
        PerformanceMeasure(
            "mcc", .classes, "The correlation of labels and predictions, from all cells of their table.",
            source: library + "matthews_corrcoef", least: -1,
            compute: { $0.classes.map(ClassMeasures.matthewsCorrelation) }),
    ]

    /// Measures whose values by class are averaged.
    static let averages: [PerformanceMeasure] =
        [
            PerformanceMeasure(
                "cohen_kappa_linear", .classes, "As Cohen's kappa, a miss counted by how many classes it is off.",
                source: library + "cohen_kappa_score(weights=\"linear\")", least: -1,
                compute: { $0.classes.map { ClassMeasures.cohenKappa($0, power: 1) } }),
            PerformanceMeasure(
                "cohen_kappa_quadratic", .classes, "As Cohen's kappa, a miss counted by its distance squared.",
                source: library + "cohen_kappa_score(weights=\"quadratic\")", least: -1,
                compute: { $0.classes.map { ClassMeasures.cohenKappa($0, power: 2) } }),
        ]
        + ClassScore.allCases.flatMap { score in ClassMeasures.Average.allCases.map { average(score, $0) } }

    private static func average(_ score: ClassScore, _ average: ClassMeasures.Average) -> PerformanceMeasure {
        let compute: @Sendable (PerformanceState) -> Estimate? = { state in
            state.classes.map { ClassMeasures.average(score, average, $0) }
        }
        var proportion: (@Sendable (PerformanceState) -> Proportion?)?
        // With one label a row, every micro average but Jaccard's is the accuracy.
        if average == .micro, score != .jaccard { proportion = { $0.classes.map(ClassMeasures.agreement) } }
        return PerformanceMeasure(
            "\(score.rawValue)_\(average.rawValue)", .classes, sentence(score, average),
            source: library + "\(score.rawValue)_score(average=\"\(average.rawValue)\")", score: score,
            proportion: proportion, compute: compute)
    }

    private static func sentence(_ score: ClassScore, _ average: ClassMeasures.Average) -> String {
        let name = score.words
        return switch average {
        case .macro: "\(name) of each class, averaged over the classes as equals."
        case .micro: "\(name) of all classes' counts taken together."
        case .weighted: "\(name) of each class, averaged by the rows labelled with it."
        }
    }

    /// Measures of the positive class.
    static let confusions: [PerformanceMeasure] = [
        PerformanceMeasure(
            "precision", .confusion, "Among rows predicted positive, the share labelled positive.",
            source: library + "precision_score",
            proportion: {
                $0.confusion.map { Proportion($0) { ($0.truePositives, $0.selected) } }
            },
            compute: { $0.confusion.map(ClassificationMeasures.precision) }),
        PerformanceMeasure(
            "recall", .confusion, "Among rows labelled positive, the share predicted positive.",
            source: library + "recall_score",
            proportion: { $0.confusion.map(Rate.truePositiveRate.proportion) },
            compute: { $0.confusion.map(ClassificationMeasures.recall) }),
        PerformanceMeasure(
            "specificity", .confusion, "Among rows labelled negative, the share predicted negative.",
            source: library + "recall_score(pos_label=negative)",
            proportion: { $0.confusion.map(Rate.trueNegativeRate.proportion) },
            compute: { $0.confusion.map(ClassificationMeasures.specificity) }),
        PerformanceMeasure(
            "f1", .confusion, "The harmonic mean of precision and recall.", source: library + "f1_score",
            compute: { $0.confusion.map(ClassificationMeasures.f1) }),
        PerformanceMeasure(
            "jaccard", .confusion, "Rows labelled and predicted positive over rows that are either.",
            source: library + "jaccard_score",
            compute: { $0.confusion.map(ClassificationMeasures.jaccard) }),
    ]

    /// The rates of a binary decision, which are compared over groups only.
    static let rates: [PerformanceMeasure] = [
        rate(.selectionRate, .none, "The share of rows predicted positive."),
        rate(.truePositiveRate, .higherIsBetter, "Among rows labelled positive, the share predicted positive."),
        rate(.falsePositiveRate, .lowerIsBetter, "Among rows labelled negative, the share predicted positive."),
        rate(.trueNegativeRate, .higherIsBetter, "Among rows labelled negative, the share predicted negative."),
        rate(.falseNegativeRate, .lowerIsBetter, "Among rows labelled positive, the share predicted negative."),
    ]

    private static func rate(
        _ rate: Rate, _ direction: CheckDescriptor.Direction, _ sentence: String
    ) -> PerformanceMeasure {
        PerformanceMeasure(
            rate.rawValue, .confusion, sentence, source: "Fairlearn 0.15 fairlearn.metrics.\(rate.rawValue)",
            direction: direction, proportion: { $0.confusion.map(rate.proportion) },
            compute: { state in
                state.confusion.map { Estimate(rate.proportion(of: $0), undefined: rate.lack) }
            })
    }

    /// Measures of scores of the positive class.
    static let scores: [PerformanceMeasure] = [
        PerformanceMeasure(
            "roc_auc", .scores, "How often a positive row scores above a negative one.",
            source: library + "roc_auc_score", kind: .whole, compute: { $0.scores.map(\.rocAUC) }),
        PerformanceMeasure(
            "average_precision", .scores, "The precision met on the way down the scores, averaged over positives.",
            source: library + "average_precision_score", kind: .whole,
            compute: { $0.scores.map(\.averagePrecision) }),
        PerformanceMeasure(
            "log_loss", .scores, "The mean negative log of the probability given to what came true, in nats.",
            source: library + "log_loss", kind: .summed, direction: .lowerIsBetter, greatest: nil,
            compute: { $0.scores.map(\.logLoss) }),
        PerformanceMeasure(
            "brier", .scores, "The mean squared distance of the probability from what came true.",
            source: library + "brier_score_loss", kind: .summed, direction: .lowerIsBetter,
            compute: { $0.scores.map(\.brier) }),
        PerformanceMeasure(
            "ece", .scores, "The mean gap of probability and frequency over ten bins of equal width.",
            source: "Naeini, Cooper and Hauskrecht (2015), bins of \(library)calibration_curve", kind: .summed,
            direction: .lowerIsBetter, compute: { $0.scores.map(\.expectedCalibrationError) }),
        PerformanceMeasure(
            "ks_statistic", .scores, "The largest distance of the distributions of both classes' scores.",
            source: "scipy 1.17 scipy.stats.ks_2samp", kind: .whole,
            compute: { $0.scores.map(\.kolmogorovSmirnov) }),
        PerformanceMeasure(
            "gain_at_10", .scores, "The share of all positives among the tenth of rows that scores highest.",
            source: "Assay: ties at the cut count in proportion", kind: .whole,
            compute: { $0.scores.map(\.gainAtTenth) }),
        PerformanceMeasure(
            "lift_at_10", .scores, "How many times more positives the top tenth by score holds than random rows.",
            source: "Assay: gain_at_10 over 0.1", kind: .whole, greatest: 10,
            compute: { $0.scores.map(\.liftAtTenth) }),
    ]
}
