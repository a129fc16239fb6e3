package import AssayTerms

/// The median of several models' numbers by weight: the first, ascending, at which at least half of the weight is reached.
///
/// - Source: scikit-learn 1.9, `AdaBoostRegressor._get_median_predict`.
package struct MedianHead: DenseHead {
    package let weights: [Double]

    package var classes: ClassLabels? { nil }
    package var givesProbabilities: Bool { false }
    package var space: String { "raw" }
    package var explainedScores: [Int] { [0] }
    package var featureCount: Int { weights.count }

    package init(weights: [Double]) throws(AssayError) {
        guard !weights.isEmpty, weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw AssayError(.unreadable, "a median has weights that are not numbers of at least 0")
        }
        self.weights = weights
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        throw AssayError(.unreadable, "a median of numbers has no classes")
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        var numbers: [Double] = []
        for row in 0..<matrix.rowCount {
            // Equal numbers in the models' order, so that sums of weights repeat.
            let order = weights.indices.sorted {
                let (left, right) = (matrix[row: row, feature: $0], matrix[row: row, feature: $1])
                return left != right ? left < right : $0 < $1
            }
            var sums: [Double] = []
            var sum = 0.0
            for place in order {
                sum += weights[place]
                sums.append(sum)
            }
            let first = sums.firstIndex { $0 >= 0.5 * sum } ?? 0
            numbers.append(matrix[row: row, feature: order[first]])
        }
        return Scores(scores: [numbers], probabilities: nil, classes: [], labels: nil, numbers: numbers, rowCount: matrix.rowCount)
    }
}
