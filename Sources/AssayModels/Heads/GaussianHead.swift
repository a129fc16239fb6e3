package import AssayTerms
import Glibc

/// Classes by independent normal distributions of the features, each class its own means and variances.
///
/// - Source: scikit-learn 1.9, `GaussianNB._joint_log_likelihood` and `_BaseNB.predict_proba`.
package struct GaussianHead: DenseHead {
    package let labels: ClassLabels
    package let featureCount: Int
    private let means: [Double]
    private let variances: [Double]
    /// What does not depend on the row: the logarithm of the prior less half the sum of those of `2 π σ²`.
    private let constants: [Double]

    package var classes: ClassLabels? { labels }
    package var givesProbabilities: Bool { true }
    package var space: String { "probability" }
    package var explainedScores: [Int] { labels.count == 2 ? [1] : Array(0..<labels.count) }

    /// Means and variances class by class.
    package init(labels: ClassLabels, means: [Double], variances: [Double], priors: [Double]) throws(AssayError) {
        guard priors.count == labels.count, means.count == variances.count, means.count % labels.count == 0,
            means.allSatisfy(\.isFinite), variances.allSatisfy({ $0 > 0 && $0.isFinite }), priors.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { throw AssayError(.unreadable, "distributions of features do not fit their classes, or have a variance that is not above 0") }
        let width = means.count / labels.count
        constants = priors.indices.map { label in
            var sum = 0.0
            for feature in 0..<width { sum += log(2 * Double.pi * variances[label * width + feature]) }
            return log(priors[label]) - 0.5 * sum
        }
        self.labels = labels
        self.means = means
        self.variances = variances
        featureCount = width
    }

    private init(_ head: GaussianHead, _ labels: ClassLabels) {
        self.labels = labels
        means = head.means
        variances = head.variances
        constants = head.constants
        featureCount = head.featureCount
    }

    package func relabelled(_ labels: ClassLabels) -> any DenseHead { GaussianHead(self, labels) }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        let joint = (0..<labels.count).map { label in
            (0..<matrix.rowCount).map { row -> Double in
                var sum = 0.0
                for feature in 0..<featureCount {
                    let distance = matrix[row: row, feature: feature] - means[label * featureCount + feature]
                    sum += distance * distance / variances[label * featureCount + feature]
                }
                return constants[label] - 0.5 * sum
            }
        }
        let shares = Softmax.probabilities(joint)
        return Scores(scores: shares, probabilities: shares, classes: Softmax.greatest(joint), labels: labels, numbers: nil, rowCount: matrix.rowCount)
    }
}
