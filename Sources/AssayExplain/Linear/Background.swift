package import AssayColumns
package import AssayModels
package import AssayTerms

/// What a linear explanation compares a row with: the mean of every summand of the scores over background rows.
///
/// The interventional Shapley value of a linear model needs nothing else: φ of a column is its summands' value in the
/// row less their background mean. Rows may therefore be as many as they like; they are read once and not kept.
///
/// - Source: Lundberg & Lee 2017, corollary 1; shap 0.51, `LinearExplainer` with `maskers.Independent`.
package struct Background: Sendable {
    /// Where the rows come from, as answers name it: a file's name, `scaler-means`, `zeros`.
    package let name: String
    /// How many rows were averaged; `nil` for a synthetic centre.
    package let rowCount: Int?
    /// Per term of the model's head, per score: the mean of what the term adds.
    let means: [[Double]]

    /// Averages over rows that hold the model's inputs, in order.
    ///
    /// - Throws: `.invalidArgument` where there is no row, or where a row cannot be scored.
    package static func rows(
        _ blocks: some Sequence<RowBlock>, named name: String, scorer: Scorer
    ) throws(AssayError) -> Background {
        var accumulator = BackgroundAccumulator(scorer: scorer)
        for block in blocks { try accumulator.add(block) }
        return try accumulator.background(named: name)
    }

    /// The centre a fitted scaler remembers: scaled numbers at their mean, everything else adding nothing.
    /// `nil` where no scaler stands over an input column.
    package static func scalerMeans(_ model: ScoringModel) throws(AssayError) -> Background? {
        guard !model.scalerMeans.isEmpty else { return nil }
        // Only numbers made from a remembered mean are evaluated; a category has no mean.
        func isCentred(_ term: LinearHead.Term) -> Bool {
            guard case .number = term else { return false }
            return model.scalerMeans[model.graph.origins[term.step]] != nil
        }
        let centred = model.linearHead.terms.filter(isCentred).map { Graph.Feature.number(step: $0.step) }
        let graph = model.graph.with(features: centred)
        let row = model.inputs.indices.map { index in
            model.scalerMeans[index].map { Column(name: model.inputs[index], values: .double([$0])) }
        }
        let values = try GraphValues(graph, columns: row, rowCount: 1)
        let means = model.linearHead.terms.indices.map { index in
            (0..<model.linearHead.scoreCount).map { score in
                isCentred(model.linearHead.terms[index])
                    ? model.linearHead.contributions(index, score: score, values)[0] : 0
            }
        }
        return Background(name: "scaler-means", rowCount: nil, means: means)
    }

    /// Every prepared number at zero: attributions are the summands themselves.
    package static func zeros(_ model: ScoringModel) -> Background {
        let zeros = [Double](repeating: 0, count: model.linearHead.scoreCount)
        return Background(name: "zeros", rowCount: nil, means: model.linearHead.terms.map { _ in zeros })
    }

    init(name: String, rowCount: Int?, means: [[Double]]) {
        self.name = name
        self.rowCount = rowCount
        self.means = means
    }
}

/// Averages background rows block by block, so that they need not be in memory together.
package struct BackgroundAccumulator: Sendable {
    private let scorer: Scorer
    private var sums: [[Double]]
    private var rowCount = 0

    package init(scorer: Scorer) {
        self.scorer = scorer
        let zeros = [Double](repeating: 0, count: scorer.model.linearHead.scoreCount)
        sums = scorer.model.linearHead.terms.map { _ in zeros }
    }

    package mutating func add(_ block: RowBlock) throws(AssayError) {
        let values = try scorer.values(block)
        // Refuses rows with missing values where the model does.
        _ = try scorer.scores(values)
        let head = scorer.model.linearHead
        for term in head.terms.indices {
            for score in 0..<head.scoreCount {
                var sum = 0.0
                for value in head.contributions(term, score: score, values) { sum += value }
                sums[term][score] += sum
            }
        }
        rowCount += block.rowCount
    }

    package func background(named name: String) throws(AssayError) -> Background {
        guard rowCount > 0 else {
            throw AssayError(.invalidArgument, "the background '\(name)' has no rows")
        }
        let count = Double(rowCount)
        return Background(name: name, rowCount: rowCount, means: sums.map { $0.map { $0 / count } })
    }
}
