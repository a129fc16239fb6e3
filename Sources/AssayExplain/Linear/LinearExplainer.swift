package import AssayModels
package import AssayTerms

/// Exact interventional Shapley values of a linear model, per input column.
///
/// `φ_ij = Σ_{f made from j} (w_f z_i_f − mean_b w_f z_b_f)`; numbers a column becomes by one-hot encoding, imputing and
/// flagging are summed, so an attribution is to the column the caller sent. The space is that of the scores, log-odds:
/// of the second class for two classes, of each class for more.
///
/// Against `shap.LinearExplainer` on the prepared matrix and the same background, summed over the same columns, values
/// agree within the rounding of a mean of n numbers, `n u max|w z|`.
package struct LinearExplainer: Sendable {
    package let scorer: Scorer
    package let background: Background
    package let baseValues: [Double]

    package init(_ scorer: Scorer, background: Background) {
        self.scorer = scorer
        self.background = background
        let head = scorer.model.head
        baseValues = (0..<head.scoreCount).map { score in
            var sum = 0.0
            for mean in background.means { sum += mean[score] }
            return sum + head.intercepts[score]
        }
    }

    /// Explains scored rows.
    ///
    /// - Throws: `.unsupported` where a score is beyond a double; `.internalFault` where `base_value + Σ φ` misses the
    ///   score by more than 1e-9 of the size of the sum.
    /// - Complexity: O(rows × terms × scores).
    package func explain(_ values: GraphValues, _ scores: Scores) throws(AssayError) -> Explanation {
        let model = scorer.model
        let head = model.head
        let featureCount = model.inputs.count
        var attributions = [Double](repeating: 0, count: values.rowCount * head.scoreCount * featureCount)
        for (index, term) in head.terms.enumerated() {
            let feature = model.graph.origins[term.step]
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
        let explanation = Explanation(
            featureNames: model.inputs, background: background.name, space: "log-odds", baseValues: baseValues,
            attributions: attributions, rowCount: values.rowCount)
        try check(explanation, scores)
        return explanation
    }

    private func check(_ explanation: Explanation, _ scores: Scores) throws(AssayError) {
        for row in 0..<explanation.rowCount {
            for score in baseValues.indices {
                var sum = baseValues[score]
                var size = 1 + baseValues[score].magnitude
                for value in explanation.attributions(row: row, score: score) {
                    sum += value
                    size += value.magnitude
                }
                guard size.isFinite, scores.scores[score][row].isFinite else {
                    throw AssayError(.unsupported, "the model's scores overflow and cannot be explained")
                }
                guard (sum - scores.scores[score][row]).magnitude <= 1e-9 * size else {
                    throw AssayError(.internalFault, "attributions do not add up to the model's score")
                }
            }
        }
    }
}
