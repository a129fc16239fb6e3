package import AssayTerms

/// Several models' numbers for classes as one share for each class: each model's, normalised where they are calibrated, averaged by weight.
///
/// - Source: scikit-learn 1.9, `VotingClassifier.predict_proba`, `BaggingClassifier.predict_proba`, `_CalibratedClassifier.predict_proba`.
package struct SharesHead: DenseHead {
    /// One model's features: the class each is for.
    package struct Member: Sendable {
        package let classes: [Int]
        package let weight: Double
    }

    package let labels: ClassLabels
    package let members: [Member]
    /// Whether a model's numbers are each class against the rest, to be normalised: of two classes the second's alone is given.
    package let isCalibrated: Bool
    package let featureCount: Int
    private let total: Double

    package var classes: ClassLabels? { labels }
    package var givesProbabilities: Bool { true }
    package var space: String { "probability" }
    package var explainedScores: [Int] { labels.count == 2 ? [1] : Array(0..<labels.count) }

    /// - Throws: `.unreadable` where a weight is no number above 0 altogether, or a class is not there.
    package init(labels: ClassLabels, members: [Member], isCalibrated: Bool) throws(AssayError) {
        var total = 0.0
        for member in members { total += member.weight }
        guard total > 0, total.isFinite, members.allSatisfy({ $0.weight >= 0 && $0.classes.allSatisfy { (0..<labels.count).contains($0) } }) else {
            throw AssayError(.unreadable, "the models that are joined have other classes, or weights that do not add up to a number above 0")
        }
        self.labels = labels
        self.members = members
        self.isCalibrated = isCalibrated
        self.total = total
        featureCount = members.reduce(0) { $0 + $1.classes.count }
    }

    package func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead {
        try SharesHead(labels: labels, members: members, isCalibrated: isCalibrated)
    }

    package func scores(_ matrix: FeatureMatrix) -> Scores {
        let count = labels.count
        var shares = [[Double]](repeating: [Double](repeating: 0, count: matrix.rowCount), count: count)
        var own = [Double](repeating: 0, count: count)
        for row in 0..<matrix.rowCount {
            var feature = 0
            for member in members {
                for label in own.indices { own[label] = 0 }
                for label in member.classes {
                    own[label] = matrix[row: row, feature: feature]
                    feature += 1
                }
                if isCalibrated { Self.normalise(&own) }
                for label in own.indices { shares[label][row] += member.weight * own[label] }
            }
        }
        for label in shares.indices { for row in shares[label].indices { shares[label][row] /= total } }
        return Scores(
            scores: shares, probabilities: shares, classes: Softmax.greatest(shares), labels: labels, numbers: nil, rowCount: matrix.rowCount)
    }

    private static func normalise(_ shares: inout [Double]) {
        if shares.count == 2 {
            shares[0] = 1 - shares[1]
        } else {
            var sum = 0.0
            for share in shares { sum += share }
            for label in shares.indices { shares[label] = sum == 0 ? 1 / Double(shares.count) : shares[label] / sum }
        }
        // As the library does, against roundings.
        for label in shares.indices where shares[label] > 1 && shares[label] <= 1 + 1e-5 { shares[label] = 1 }
    }
}
