package import AssayTerms

/// One model for each class against the rest: the greatest score's class; shares are the models' probabilities, normalised. Two classes have one
/// model, the second's.
///
/// - Source: scikit-learn 1.9, `OneVsRestClassifier.predict` and `predict_proba`.
package struct AgainstRestHead: DenseHead {
    package let labels: ClassLabels
    package let givesProbabilities: Bool
    package let givesDecisions: Bool
    /// Of two classes, above which score the second is predicted.
    private let threshold: Double
    private let scoreCount: Int
    /// Which of equal scores counts: the first since 1.8, before it the last.
    private let lastWins: Bool

    package var classes: ClassLabels? { labels }
    package var space: String { givesDecisions ? "raw" : "probability" }
    package var explainedScores: [Int] { Array(0..<scoreCount) }
    package var featureCount: Int { givesProbabilities ? 2 * scoreCount : scoreCount }

    /// Features are the models' scores, then, where there are some, their probabilities of their own class.
    package init(labels: ClassLabels, modelCount: Int, areDecisions: Bool, hasProbabilities: Bool, lastWins: Bool) throws(AssayError) {
        guard modelCount == (labels.count == 2 ? 1 : labels.count) else {
            throw AssayError(.unreadable, "there are \(modelCount) models for \(labels.count) classes")
        }
        self.labels = labels
        givesDecisions = areDecisions
        givesProbabilities = hasProbabilities
        threshold = areDecisions ? 0 : 0.5
        scoreCount = modelCount
        self.lastWins = lastWins
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        try AgainstRestHead(
            labels: labels, modelCount: scoreCount, areDecisions: givesDecisions, hasProbabilities: givesProbabilities, lastWins: lastWins)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        func column(_ feature: Int) -> [Double] { (0..<matrix.rowCount).map { matrix[row: $0, feature: feature] } }
        let scores = (0..<scoreCount).map(column)
        var probabilities: [[Double]]?
        if givesProbabilities {
            var shares = (0..<scoreCount).map { column(scoreCount + $0) }
            if scoreCount == 1 { shares.insert(shares[0].map { 1 - $0 }, at: 0) }
            for row in 0..<matrix.rowCount {
                var sum = 0.0
                for share in shares { sum += share[row] }
                if sum != 0 { for label in shares.indices { shares[label][row] /= sum } }
            }
            probabilities = shares
        }
        let predicted: [Int]
        if scoreCount == 1 {
            predicted = scores[0].map { $0 > threshold ? 1 : 0 }
        } else if lastWins {
            predicted = Softmax.greatest(scores.reversed()).map { scoreCount - 1 - $0 }
        } else {
            predicted = Softmax.greatest(scores)
        }
        return Scores(scores: scores, probabilities: probabilities, classes: predicted, labels: labels, numbers: nil, rowCount: matrix.rowCount)
    }
}
