package import AssayTerms

/// Another model's classes by a threshold of its score; its probabilities as they are.
///
/// - Source: scikit-learn 1.9, `FixedThresholdClassifier.predict` and `_threshold_scores_to_class_labels`.
package struct ThresholdHead: DenseHead {
    package let labels: ClassLabels
    package let givesProbabilities: Bool
    private let threshold: Double
    private let positive: Int
    private let isProbability: Bool

    package var classes: ClassLabels? { labels }
    package var space: String { isProbability ? "probability" : "raw" }
    package var explainedScores: [Int] { [0] }
    package var featureCount: Int { givesProbabilities ? 3 : 1 }

    /// Features are the score of the positive class, then, where there are some, both classes' probabilities.
    package init(labels: ClassLabels, positive: Int, threshold: Double, isProbability: Bool, hasProbabilities: Bool) throws(AssayError) {
        guard labels.count == 2, positive == 0 || positive == 1, !threshold.isNaN else {
            throw AssayError(.unreadable, "a threshold stands over \(labels.count) classes, or is not a number")
        }
        self.labels = labels
        self.positive = positive
        self.threshold = threshold
        self.isProbability = isProbability
        givesProbabilities = hasProbabilities
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        try ThresholdHead(
            labels: labels, positive: positive, threshold: threshold, isProbability: isProbability, hasProbabilities: givesProbabilities)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        func column(_ feature: Int) -> [Double] { (0..<matrix.rowCount).map { matrix[row: $0, feature: feature] } }
        let score = column(0)
        return Scores(
            scores: [score], probabilities: givesProbabilities ? [column(1), column(2)] : nil,
            classes: score.map { $0 >= threshold ? positive : 1 - positive }, labels: labels, numbers: nil, rowCount: matrix.rowCount)
    }
}
