package import AssayTerms
import Glibc

/// A predictor by decision trees over a graph's features.
package struct TreeHead: Sendable {
    package enum Outcome: Sendable {
        /// A number: the score itself, or its exponential.
        case number(isExponential: Bool)
        /// Classes by one score, the second's: its probability is the logistic of the score times the factor. On 0 the second is predicted where
        /// `tiesGoToSecond`, as scikit-learn's GradientBoostingClassifier does.
        case logistic(ClassLabels, factor: Double, tiesGoToSecond: Bool)
        /// Classes by a score each: `exp(sₖ − max s) / Σ`.
        case softmax(ClassLabels)
        /// Classes whose scores are their probabilities.
        case shares(ClassLabels)
        /// Labels -1 and 1 by how few questions tell a row from others: the score is the sum over trees of the way to the leaf.
        case isolation(Isolation)
        /// As XGBoost and LightGBM make answers of their sums.
        case boosted(BoosterLink, ClassLabels?)
        /// Sums of which somebody else makes answers; explained are those named, in this space.
        case sums(space: String, explained: [Int])
    }

    /// What an isolation forest decides by.
    package struct Isolation: Hashable, Sendable {
        /// The score of a row like any other.
        package let expected: Double
        /// -1 below it.
        package let offset: Double

        package init(expected: Double, offset: Double) {
            self.expected = expected
            self.offset = offset
        }

        static let labels = ClassLabels.integers([-1, 1])

        /// Minus `2^(-score / expected)`, less the offset: what scikit-learn's `decision_function` answers.
        package func decision(_ score: Double) -> Double { -pow(2, -(expected == 0 ? 1 : score / expected)) - offset }
    }

    package let ensemble: TreeEnsemble
    private let scorer: TreeScorer
    /// What the sums are divided by: the number of trees where their answers are averaged, else 1.
    package let divisor: Double
    package let outcome: Outcome
    /// Whether a value may be missing.
    package let acceptsMissing: Bool

    package init(ensemble: TreeEnsemble, divisor: Double = 1, outcome: Outcome, acceptsMissing: Bool) throws(AssayError) {
        self.ensemble = ensemble
        scorer = TreeScorer(ensemble)
        self.divisor = divisor
        self.outcome = outcome
        self.acceptsMissing = acceptsMissing
        let scores: Int =
            switch outcome {
            case .number, .logistic, .isolation: 1
            case .softmax(let labels), .shares(let labels): labels.count
            case .boosted(let link, let labels): link.isPerClass ? labels?.count ?? 0 : 1
            case .sums: ensemble.scoreCount
            }
        guard scores == ensemble.scoreCount else {
            throw AssayError(.unreadable, "the trees have \(ensemble.scoreCount) scores where \(scores) are needed")
        }
        if case .boosted(let link, let labels?) = outcome, !link.isPerClass, labels.count != 2 {
            throw AssayError(.unreadable, "the trees have one score for \(labels.count) classes")
        }
        if case .logistic(let labels, _, _) = outcome, labels.count != 2 {
            throw AssayError(.unreadable, "the trees have one score for \(labels.count) classes")
        }
    }

    package var classes: ClassLabels? {
        switch outcome {
        case .number, .sums: nil
        case .logistic(let labels, _, _), .softmax(let labels), .shares(let labels): labels
        case .isolation: Isolation.labels
        case .boosted(_, let labels): labels
        }
    }

    /// The same under other names of its classes.
    func with(classes: ClassLabels) throws(AssayError) -> TreeHead {
        let named: Outcome =
            switch outcome {
            case .logistic(_, let factor, let tiesGoToSecond): .logistic(classes, factor: factor, tiesGoToSecond: tiesGoToSecond)
            case .softmax: .softmax(classes)
            case .shares: .shares(classes)
            case .boosted(let link, _?): .boosted(link, classes)
            case .number, .isolation, .sums, .boosted(_, nil): outcome
            }
        return try TreeHead(ensemble: ensemble, divisor: divisor, outcome: named, acceptsMissing: acceptsMissing)
    }

    package var givesProbabilities: Bool {
        if case .isolation = outcome { return false }
        return classes != nil
    }

    /// Whether scikit-learn's `decision_function` answers with the scores.
    package var givesDecisions: Bool {
        switch outcome {
        case .logistic, .softmax: true
        case .number, .shares, .isolation, .sums, .boosted: false
        }
    }

    /// The scores that explanations are given for: of two classes with a score each the second's.
    package var explainedScores: [Int] {
        if case .shares(let labels) = outcome, labels.count == 2 { return [1] }
        if case .sums(_, let explained) = outcome { return explained }
        return Array(0..<ensemble.scoreCount)
    }

    /// What attributions add up to.
    package var space: String {
        switch outcome {
        case .number(let isExponential): isExponential ? "log" : "raw"
        case .logistic, .softmax: "log-odds"
        case .shares: "probability"
        case .isolation: "path-length"
        case .boosted(let link, _): link.space
        case .sums(let space, _): space
        }
    }

    /// The features' values as the trees compare them.
    ///
    /// - Throws: `.invalidArgument` naming the first input column with a missing value, where the model does not accept one.
    package func matrix(_ values: GraphValues, graph: Graph) throws(AssayError) -> FeatureMatrix {
        let raw = FeatureMatrix(graph, values)
        if !acceptsMissing {
            for (place, feature) in graph.features.enumerated() {
                let missing = (0..<raw.rowCount).count { raw[row: $0, feature: place].isNaN }
                guard missing == 0 else {
                    throw AssayError(
                        .invalidArgument,
                        "column '\(graph.inputs[graph.origins[feature.step]])' has \(missing) \(missing == 1 ? "row" : "rows") without a "
                            + "finite value, which the model does not accept")
                }
            }
        }
        guard ensemble.comparesInFloat || !ensemble.zeroIsMissing.isEmpty else { return raw }
        var prepared = raw.values
        for feature in 0..<raw.featureCount {
            for row in 0..<raw.rowCount {
                let place = feature * raw.rowCount + row
                prepared[place] = ensemble.prepared(prepared[place], feature: Int32(feature))
            }
        }
        if ensemble.comparesInFloat {
            for (place, feature) in graph.features.enumerated() {
                let beyond = prepared[(place * raw.rowCount)..<((place + 1) * raw.rowCount)].count(where: \.isInfinite)
                guard beyond == 0 else {
                    throw AssayError(
                        .invalidArgument,
                        "column '\(graph.inputs[graph.origins[feature.step]])' has \(beyond) \(beyond == 1 ? "row" : "rows") with a number beyond "
                            + "32 bits, in which the model compares")
                }
            }
        }
        return FeatureMatrix(rowCount: raw.rowCount, featureCount: raw.featureCount, values: prepared)
    }

    /// One array of rows for each score.
    ///
    /// - Parameter isExact: add in 64 bits though the library adds in 32: what attributions add up to.
    package func scores(_ matrix: FeatureMatrix, threads: Int = 1, isExact: Bool = false) -> [[Double]] {
        let sums = scorer.scores(matrix, threads: threads, isExact: isExact)
        return divisor == 1 ? sums : sums.map { $0.map { $0 / divisor } }
    }

    /// `nil` where numbers are predicted.
    package func probabilities(_ scores: [[Double]]) -> [[Double]]? {
        switch outcome {
        case .number, .isolation, .sums: return nil
        case .shares: return scores
        case .logistic(_, let factor, _):
            let second = scores[0].map { 1 / (1 + exp(-$0 * factor)) }
            return [second.map { 1 - $0 }, second]
        case .softmax: return Softmax.probabilities(scores)
        case .boosted(let link, let labels): return labels == nil ? nil : link.probabilities(scores)
        }
    }

    /// Each row's predicted class; the first of several with the greatest score.
    package func predictedClasses(_ scores: [[Double]]) -> [Int] {
        switch outcome {
        case .number, .sums: []
        case .logistic(_, _, let tiesGoToSecond): scores[0].map { $0 > 0 || (tiesGoToSecond && $0 == 0) ? 1 : 0 }
        case .softmax, .shares: Softmax.greatest(scores)
        case .isolation(let isolation): scores[0].map { isolation.decision($0) < 0 ? 0 : 1 }
        case .boosted(let link, let labels): labels == nil ? [] : link.predictedClasses(scores)
        }
    }

    /// `nil` where classes are predicted.
    package func numbers(_ scores: [[Double]]) -> [Double]? {
        if case .boosted(let link, nil) = outcome { return link.numbers(scores[0]) }
        guard case .number(let isExponential) = outcome else { return nil }
        return isExponential ? scores[0].map { exp($0) } : scores[0]
    }
}
