package import AssayModels
package import AssayTerms

/// Explains the models this build reads, by their own numbers.
package enum NativeExplainer: Sendable {
    case linear(LinearExplainer)
    case trees(TreeModelExplainer)
    case sums(SumsExplainer)

    package var scorer: Scorer {
        switch self {
        case .linear(let explainer): explainer.scorer
        case .trees(let explainer): explainer.scorer
        case .sums(let explainer): explainer.scorer
        }
    }

    /// What rows are compared with.
    package var background: String {
        switch self {
        case .linear(let explainer): explainer.backgroundName
        case .trees(let explainer): explainer.background
        case .sums(let explainer): explainer.background
        }
    }

    /// How many rows those are; `nil` where there are none, or all are averaged.
    package var backgroundRows: BackgroundRows.Counts? {
        switch self {
        case .linear(let explainer): explainer.correlation.map { ($0.rowCount, $0.availableCount) }
        case .trees(let explainer): explainer.backgroundRows
        case .sums(let explainer): explainer.backgroundRows
        }
    }

    /// What attributions add up to.
    package var space: String {
        switch self {
        case .linear(let explainer): explainer.space
        case .trees(let explainer): explainer.space
        case .sums(let explainer): explainer.core.space
        }
    }

    package var baseValues: [Double] {
        switch self {
        case .linear(let explainer): explainer.baseValues
        case .trees(let explainer): explainer.baseValues
        case .sums(let explainer): explainer.baseValues
        }
    }

    /// Whom attributions are given to.
    package var players: Players {
        switch self {
        case .linear(let explainer): explainer.players
        case .trees(let explainer): explainer.players
        case .sums(let explainer): explainer.players
        }
    }

    /// Explains scored rows.
    ///
    /// - Parameters:
    ///   - labels: of each row whether it is of the second class, for explanations of the loss.
    ///   - threads: how many the rows are divided among; the values do not depend on it.
    /// - Throws: `.unsupported` where a score is beyond a double; `.internalFault` where attributions do not add up to it.
    package func explain(
        _ values: GraphValues, _ scores: Scores, labels: [Bool]? = nil, interactions: Bool = false, threads: Int = 1
    ) throws(AssayError) -> Explanation {
        switch self {
        case .linear(let explainer): return try explainer.explain(values, scores, interactions: interactions)
        case .trees(let explainer): return try explainer.explain(values, scores, labels: labels, interactions: interactions, threads: threads)
        case .sums(let explainer): return try explainer.explain(values, scores, interactions: interactions)
        }
    }
}
