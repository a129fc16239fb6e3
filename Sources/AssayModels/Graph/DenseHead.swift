package import AssayTerms

/// A head that looks at a whole row of numbers: what neither weighted sums nor trees are, and what joins the answers of several models.
package protocol DenseHead: Sendable {
    /// `nil` for a model that predicts numbers.
    var classes: ClassLabels? { get }
    var givesProbabilities: Bool { get }
    /// Whether its scores are what scikit-learn's `decision_function` answers.
    var givesDecisions: Bool { get }
    /// Whether a value may be missing.
    var acceptsMissing: Bool { get }
    /// What explained scores are: `log-odds`, `probability` or `raw`.
    var space: String { get }
    /// Which of the scores are explained.
    var explainedScores: [Int] { get }
    /// The features it was fitted on.
    var featureCount: Int { get }

    func scores(_ matrix: FeatureMatrix) throws(AssayError) -> Scores

    /// The same under other names of its classes.
    func relabelled(_ labels: ClassLabels) throws(AssayError) -> any DenseHead
}

extension DenseHead {
    package var acceptsMissing: Bool { false }
    package var givesDecisions: Bool { false }

    /// Refuses rows with missing or infinite values.
    func requireFinite(_ matrix: FeatureMatrix, _ graph: Graph) throws(AssayError) {
        for (place, feature) in graph.features.enumerated() {
            var bad = 0
            for row in 0..<matrix.rowCount {
                let value = matrix[row: row, feature: place]
                if acceptsMissing ? value.isInfinite : !value.isFinite { bad += 1 }
            }
            guard bad == 0 else {
                throw AssayError(
                    .invalidArgument,
                    "column '\(graph.inputs[graph.origins[feature.step]])' has \(bad) \(bad == 1 ? "row" : "rows") without a finite value, "
                        + "which the model does not accept")
            }
        }
    }
}
