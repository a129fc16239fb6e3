package import AssayModels
package import AssayTerms

/// Exact interventional Shapley values of weighted sums that a program adds up itself, per input column.
///
/// `φ_j = Σ over features f of column j of w_f (z_f − mean_b z_f)`, as ``LinearExplainer`` has them.
package struct SumsExplainer: Sendable {
    package let scorer: Scorer
    /// What rows are compared with, as answers name it.
    package let background: String
    /// `nil` where no rows are compared with.
    package let backgroundRows: BackgroundRows.Counts?
    package let core: ProgramCore
    package let baseValues: [Double]
    package let players: Players
    private let program: any RowProgram
    private let weights: [[Double]]
    private let means: [Double]

    /// - Parameter background: rows to compare with; `nil` compares with features that are all zero.
    /// - Throws: `.unsupported` for a program without such sums.
    package init(_ scorer: Scorer, _ program: any RowProgram, background: BackgroundRows?, players: Players? = nil) throws(AssayError) {
        guard let core = program.core, case .linear(let weights, let intercepts) = core.kind else {
            throw AssayError(.unsupported, "the model has no weighted sums that explain it; use --method kernel")
        }
        self.scorer = scorer
        self.players = players ?? Players(inputs: scorer.model.inputs)
        self.program = program
        self.core = core
        self.weights = weights
        var means = [Double](repeating: 0, count: core.origins.count)
        if let background {
            let matrix = try background.looked { () throws(AssayError) in try program.features(scorer.values(background.block), graph: scorer.model.graph) }
            guard matrix.rowCount > 0 else { throw AssayError(.invalidArgument, "the background '\(background.name)' has no rows") }
            for feature in means.indices {
                var sum = 0.0
                for row in 0..<matrix.rowCount { sum += matrix[row: row, feature: feature] }
                means[feature] = sum / Double(matrix.rowCount)
            }
        }
        self.means = means
        self.background = background?.name ?? "zeros"
        backgroundRows = background?.counts
        baseValues = core.explained.map { score in
            var sum = 0.0
            for (mean, weight) in zip(means, weights[score]) { sum += mean * weight }
            return sum + intercepts[score]
        }
    }

    /// - Parameter interactions: matrices too, in which all there is stands on the diagonals.
    /// - Throws: `.internalFault` where attributions miss the sums.
    /// - Complexity: O(rows × features × scores).
    package func explain(_ values: GraphValues, _ scores: Scores, interactions: Bool = false) throws(AssayError) -> Explanation {
        let matrix = try program.features(values, graph: scorer.model.graph)
        let columns = players.count
        var attributions = [Double](repeating: 0, count: matrix.rowCount * core.explained.count * columns)
        for row in 0..<matrix.rowCount {
            for (place, score) in core.explained.enumerated() {
                let start = (row * core.explained.count + place) * columns
                for (feature, origin) in core.origins.enumerated() {
                    attributions[start + players.of[origin]] += weights[score][feature] * (matrix[row: row, feature: feature] - means[feature])
                }
            }
        }
        let explanation = Explanation(
            featureNames: players.names, background: background, space: core.space, baseValues: baseValues, attributions: attributions,
            rowCount: matrix.rowCount, interactions: interactions ? try Explanation.diagonals(attributions, players: columns) : nil)
        try explanation.requireSums(of: core.explained.map { scores.scores[$0] })
        return explanation
    }
}
