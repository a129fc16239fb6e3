package import AssayModels
package import AssayTerms

/// Exact interventional Shapley values of a linear model, per input column.
///
/// `φ_ij = Σ_{f made from j} (w_f z_i_f − mean_b w_f z_b_f)`; numbers a column becomes by one-hot encoding, imputing and
/// flagging are summed, so an attribution is to the column the caller sent. The space is that of the scores:
/// log-odds of the second class for two classes, of each class for more, and what the model's link makes of them otherwise.
///
/// Against `shap.LinearExplainer` on the prepared matrix and the same background, summed over the same columns, values
/// agree within the rounding of a mean of n numbers, `n u max|w z|`.
package struct LinearExplainer: Sendable {
    package let scorer: Scorer
    /// What rows are compared with, by name.
    package let backgroundName: String
    package let baseValues: [Double]
    package let players: Players
    package let space: String
    private let head: LinearHead
    private let reference: Reference

    private enum Reference: Sendable {
        case independent(Background)
        case correlated(CorrelatedBackground)
    }

    /// - Parameter players: `nil` has each input be its own.
    /// - Precondition: the model has a linear head.
    package init(_ scorer: Scorer, background: Background, players: Players? = nil) {
        self.scorer = scorer
        self.players = players ?? Players(inputs: scorer.model.inputs)
        let head = scorer.model.linearHead
        self.head = head
        space = head.space
        reference = .independent(background)
        backgroundName = background.name
        baseValues = (0..<head.scoreCount).map { score in
            var sum = 0.0
            for mean in background.means { sum += mean[score] }
            return sum + head.intercepts[score]
        }
    }

    /// Columns that go together share what they say (``CorrelatedBackground``).
    package init(_ scorer: Scorer, correlated background: CorrelatedBackground, players: Players) {
        self.scorer = scorer
        self.players = players
        let head = scorer.model.linearHead
        self.head = head
        space = head.space
        reference = .correlated(background)
        backgroundName = background.name
        let features = LinearFeatures(head)
        baseValues = (0..<head.scoreCount).map { score in
            var sum = 0.0
            for (weight, mean) in zip(features.weights(score: score), background.means) { sum += weight * mean }
            return sum + head.intercepts[score]
        }
    }

    /// What columns that go together say; `nil` where they are taken as independent.
    package var correlation: CorrelatedBackground? {
        if case .correlated(let background) = reference { background } else { nil }
    }

    /// Explains scored rows.
    ///
    /// - Throws: `.unsupported` where a score is beyond a double; `.internalFault` where `base_value + Σ φ` misses the
    ///   score by more than 1e-9 of the size of the sum.
    /// - Complexity: O(rows × terms × scores).
    /// - Parameter interactions: matrices too: of a linear model what stands on their diagonals is all there is.
    package func explain(_ values: GraphValues, _ scores: Scores, interactions: Bool = false) throws(AssayError) -> Explanation {
        let featureCount = players.count
        var attributions = [Double](repeating: 0, count: values.rowCount * head.scoreCount * featureCount)
        switch reference {
        case .independent(let background): add(background, values, to: &attributions)
        case .correlated(let background):
            guard !interactions else {
                throw AssayError(.unsupported, "interaction values of columns that go together are not computed; use --method linear")
            }
            add(background, values, to: &attributions)
        }
        let matrices = interactions ? try Explanation.diagonals(attributions, players: featureCount) : nil
        let explanation = Explanation(
            featureNames: players.names, background: backgroundName, space: space, baseValues: baseValues,
            attributions: attributions, rowCount: values.rowCount, interactions: matrices)
        try explanation.requireSums(of: scores.scores)
        return explanation
    }

    private func add(_ background: Background, _ values: GraphValues, to attributions: inout [Double]) {
        let featureCount = players.count
        let model = scorer.model
        for (index, term) in head.terms.enumerated() {
            let feature = players.of[model.graph.origins[term.step]]
            for score in 0..<head.scoreCount {
                let mean = background.means[index][score]
                let contributions = head.contributions(index, score: score, values)
                var position = score * featureCount + feature
                for contribution in contributions {
                    attributions[position] += contribution - mean
                    position += head.scoreCount * featureCount
                }
            }
        }
    }

    private func add(_ background: CorrelatedBackground, _ values: GraphValues, to attributions: inout [Double]) {
        let features = LinearFeatures(head)
        let matrix = features.matrix(values)
        for row in 0..<values.rowCount {
            for score in 0..<head.scoreCount {
                for player in 0..<players.count {
                    var sum = 0.0
                    for feature in 0..<features.count {
                        sum += background.coefficients[score][player * features.count + feature]
                            * (matrix[row * features.count + feature] - background.means[feature])
                    }
                    attributions[(row * head.scoreCount + score) * players.count + player] = sum
                }
            }
        }
    }
}
