package import AssayTerms

/// What turns a graph's features into an answer.
package enum Head: Sendable {
    case linear(LinearHead)
    case trees(TreeHead)
    case dense(any DenseHead)
    /// A model that computes its answers from its input columns by itself.
    case program(any RowProgram)

    /// `nil` for a model that predicts numbers.
    package var classes: ClassLabels? {
        switch self {
        case .linear(let head): head.classes
        case .trees(let head): head.classes
        case .dense(let head): head.classes
        case .program(let program): program.classes
        }
    }

    /// Whether answers have a probability for each class.
    package var givesProbabilities: Bool {
        switch self {
        case .linear(let head): head.givesProbabilities
        case .trees(let head): head.givesProbabilities
        case .dense(let head): head.givesProbabilities
        case .program(let program): program.classes != nil
        }
    }

    /// Whether the scores are what scikit-learn's `decision_function` answers.
    package var givesDecisions: Bool {
        switch self {
        case .linear(let head): head.classes != nil
        case .trees(let head): head.givesDecisions
        case .dense(let head): head.givesDecisions
        case .program: false
        }
    }

    /// What attributions add up to: `log-odds`, `probability`, `log` or `raw`, or a word of the head's own.
    package var space: String {
        switch self {
        case .linear(let head): head.space
        case .trees(let head): head.space
        case .dense(let head): head.space
        case .program(let program): program.core?.space ?? (program.classes == nil ? "raw" : "probability")
        }
    }

    /// Which of the scores are explained: of two classes with a probability each the second's, else all.
    package var explainedScores: [Int] {
        switch self {
        case .linear(let head): Array(0..<head.scoreCount)
        case .trees(let head): head.explainedScores
        case .dense(let head): head.explainedScores
        case .program(let program): program.core?.explained ?? Array(0..<(program.classes?.count ?? 1))
        }
    }

    /// The same under other names of its classes, of which there are as many.
    func relabelled(_ labels: ClassLabels) throws(AssayError) -> Head {
        guard classes?.count == labels.count else {
            throw AssayError(.unreadable, "a model has \(classes?.count ?? 0) classes where there are \(labels.count) names")
        }
        switch self {
        case .linear(let head): return .linear(head.with(classes: labels))
        case .trees(let head): return .trees(try head.with(classes: labels))
        case .dense(let head): return .dense(try head.relabelled(labels))
        case .program: throw AssayError(.unsupported, "a model that computes by itself has the names of its classes")
        }
    }

    /// - Parameter threads: how many the rows are divided among, where that helps; the scores do not depend on it.
    package func scores(_ values: GraphValues, graph: Graph, threads: Int = 1) throws(AssayError) -> Scores {
        switch self {
        case .linear(let head):
            let scores = try head.scores(values, graph: graph)
            return Scores(
                scores: scores, probabilities: head.probabilities(scores), classes: head.predictedClasses(scores), labels: head.classes,
                numbers: head.numbers(scores), rowCount: values.rowCount)
        case .trees(let head):
            let scores = head.scores(try head.matrix(values, graph: graph), threads: threads)
            return Scores(
                scores: scores, probabilities: head.probabilities(scores), classes: head.predictedClasses(scores), labels: head.classes,
                numbers: head.numbers(scores), rowCount: values.rowCount)
        case .dense(let head):
            let matrix = FeatureMatrix(graph, values)
            guard head.featureCount == matrix.featureCount else {
                throw AssayError(.unreadable, "the model has \(head.featureCount) features and is given \(matrix.featureCount)")
            }
            try head.requireFinite(matrix, graph)
            return try head.scores(matrix)
        case .program(let program): return try program.scores(values, graph: graph)
        }
    }
}
