import AssayMetrics
import AssayTerms

/// Checks that compare two models on the same rows: the predictions against those of a second column.
struct PairedCheck: Sendable {
    let id: String
    let input: PerformanceMeasure.Input
    let direction: CheckDescriptor.Direction
    let kind: CheckDescriptor.Kind
    let sentence: String
    let source: String
    let least: Int?
    let greatest: Int?
    let compute: @Sendable (PairedState) -> Estimate

    static func named(_ id: String) -> PairedCheck? { all.first { $0.id == id } }

    static let all: [PairedCheck] = [
        PairedCheck(
            id: "performance.accuracy_gain", input: .classes, direction: .higherIsBetter, kind: .counted,
            sentence: "Accuracy minus that of the other predictions, on the same rows.",
            source: "scikit-learn 1.9 sklearn.metrics.accuracy_score, twice; interval of Agresti and Min (2005)",
            least: -1, greatest: 1, compute: { PairedMeasures.accuracyGain($0) }),
        PairedCheck(
            id: "performance.mcnemar_p", input: .classes, direction: .none, kind: .counted,
            sentence: "How likely so uneven a split of one-sided hits is if both were equally good.",
            source: "McNemar (1947), exact; scipy 1.17 scipy.stats.binomtest", least: 0, greatest: 1,
            compute: { PairedMeasures.mcNemar($0) }),
        PairedCheck(
            id: "performance.roc_auc_gain", input: .scores, direction: .higherIsBetter, kind: .whole,
            sentence: "Area under the ROC curve minus that of the other scores, on the same rows.",
            source: "DeLong, DeLong and Clarke-Pearson (1988)", least: -1, greatest: 1,
            compute: { PairedMeasures.areaGain($0) }),
        PairedCheck(
            id: "performance.mae_gain", input: .numbers, direction: .higherIsBetter, kind: .summed,
            sentence: "How much smaller the mean absolute error is than that of the other predictions.",
            source: "scikit-learn 1.9 sklearn.metrics.mean_absolute_error, twice", least: nil, greatest: nil,
            compute: { PairedMeasures.absoluteErrorGain($0) }),
        PairedCheck(
            id: "performance.mse_gain", input: .numbers, direction: .higherIsBetter, kind: .summed,
            sentence: "How much smaller the mean squared error is than that of the other predictions.",
            source: "scikit-learn 1.9 sklearn.metrics.mean_squared_error, twice", least: nil, greatest: nil,
            compute: { PairedMeasures.squaredErrorGain($0) }),
    ]
}

extension CheckCatalogue {
    static let paired: [CheckDescriptor] = PairedCheck.all.map { check in
        CheckDescriptor(
            id: check.id, convention: check.source.hasPrefix("scikit-learn") ? .scikitLearn : .assay,
            direction: check.direction, kind: check.kind,
            needs: check.input == .scores ? [.label, .score, .against] : [.label, .prediction, .against],
            sentence: check.sentence, source: check.source, least: check.least, greatest: check.greatest)
    }
}
