package import AssayTerms

/// The class that most of several models predict, by weight; of equal ones the first.
///
/// - Source: scikit-learn 1.9, `VotingClassifier.predict` with hard voting.
package struct VotesHead: DenseHead {
    package let labels: ClassLabels
    /// One for each feature, which is a model's predicted class.
    package let weights: [Double]
    private let total: Double

    package var classes: ClassLabels? { labels }
    package var givesProbabilities: Bool { false }
    package var space: String { "votes" }
    package var explainedScores: [Int] { labels.count == 2 ? [1] : Array(0..<labels.count) }
    package var featureCount: Int { weights.count }

    package init(labels: ClassLabels, weights: [Double]) throws(AssayError) {
        let total = weights.reduce(0, +)
        guard total > 0, total.isFinite, weights.allSatisfy({ $0 >= 0 }) else {
            throw AssayError(.unreadable, "votes have weights that do not add up to a number above 0")
        }
        self.labels = labels
        self.weights = weights
        self.total = total
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead { try VotesHead(labels: labels, weights: weights) }

    package func scores(_ matrix: FeatureMatrix) throws(AssayError) -> Scores {
        var votes = [[Double]](repeating: [Double](repeating: 0, count: matrix.rowCount), count: labels.count)
        for (feature, weight) in weights.enumerated() {
            for row in 0..<matrix.rowCount {
                let label = Int(matrix[row: row, feature: feature])
                guard votes.indices.contains(label) else { throw AssayError(.internalFault, "a model votes for a class that is not there") }
                votes[label][row] += weight
            }
        }
        let predicted = Softmax.greatest(votes)
        return Scores(
            scores: votes.map { $0.map { $0 / total } }, probabilities: nil, classes: predicted, labels: labels, numbers: nil,
            rowCount: matrix.rowCount)
    }
}
