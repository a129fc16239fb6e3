package import AssayTerms
import Glibc

/// A linear model over a graph's features: one weighted sum, or one per class, and a link to what it answers.
///
/// Scores: `sᵢₖ = (Σ_f wₖ_f · z_i_f) + bₖ`, added in the features' order; runs of indicators of one encoding are one
/// lookup. Against scikit-learn, whose sum is BLAS's in another order, a score differs by at most
/// `2 n u Σ|w z|` (n features, u = 2⁻⁵³; Higham, Accuracy and Stability, 2nd ed., eq. 3.5, once for each side), and a
/// probability p by that times p(1 − p), plus the rounding of one exponential and one division. So a predicted class
/// can differ only where two classes score within that bound of each other.
///
/// - Source: scikit-learn 1.9, `LinearClassifierMixin.decision_function` and `predict`,
///   `LogisticRegression.predict_proba`.
package struct LinearHead: Sendable {
    /// How scores become probabilities.
    package enum Link: Hashable, Sendable {
        /// Two classes, one score: `1 / (1 + exp(−s))` for the second.
        case logistic
        /// `exp(sₖ − max s) / Σ`.
        case softmax
        /// Each class its own logistic, normalised to sum 1; all zero gives equal shares.
        case oneVersusRest
        /// `(clip(s, −1, 1) + 1) / 2`; of several classes normalised, all zero giving equal shares.
        case clipped
        /// Classes without probabilities.
        case decision
        /// No classes: the score itself, or its exponential.
        case identity, exponential
    }

    /// One summand of the scores and where it comes from.
    package enum Term: Sendable {
        /// `weights[k]` times the step's number.
        case number(step: Int, weights: [Double])
        /// `weights[code − first][k]`, nothing where the code is outside.
        case table(step: Int, first: Int32, weights: [[Double]])

        package var step: Int {
            switch self {
            case .number(let step, _), .table(let step, _, _): step
            }
        }
    }

    /// `nil` for a model that predicts numbers.
    package let classes: ClassLabels?
    package let link: Link
    package let intercepts: [Double]
    package let terms: [Term]

    /// One for numbers and for two classes but under ``Link/softmax`` and ``Link/oneVersusRest``, else one per class.
    package var scoreCount: Int { intercepts.count }

    package var givesProbabilities: Bool { classes != nil && link != .decision }

    /// What the scores are.
    package var space: String {
        switch link {
        case .logistic, .softmax, .oneVersusRest: "log-odds"
        case .clipped, .decision, .identity: "raw"
        case .exponential: "log"
        }
    }

    package init(
        classes: ClassLabels, link: Link, weights: [[Double]], intercepts: [Double], graph: Graph
    ) throws(AssayError) {
        try self.init(classes: classes, link: link, weights: weights, intercepts: intercepts, features: graph.features)
    }

    /// `weights[k]` has one weight per feature.
    ///
    /// - Parameter classes: `nil` under ``Link/identity`` and ``Link/exponential``, and only there.
    /// - Throws: `.unreadable` where a weight is not finite or counts do not fit together.
    package init(
        classes: ClassLabels?, link: Link, weights: [[Double]], intercepts: [Double], features: [Graph.Feature]
    ) throws(AssayError) {
        let isNumber = link == .identity || link == .exponential
        let count = classes?.count ?? 0
        guard isNumber == (classes == nil), isNumber || count >= 2, link != .logistic || count == 2 else {
            throw AssayError(.unreadable, "the model has \(count) classes, which does not fit its weights")
        }
        let isOne = isNumber || (count == 2 && link != .softmax && link != .oneVersusRest)
        let scores = isOne ? 1 : count
        guard weights.count == scores, intercepts.count == scores, weights.allSatisfy({ $0.count == features.count }) else {
            throw AssayError(.unreadable, "the model's weights do not fit its \(features.count) features and classes")
        }
        guard intercepts.allSatisfy(\.isFinite), weights.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw AssayError(.unreadable, "the model has a weight that is not a finite number")
        }
        self.classes = classes
        self.link = link
        self.intercepts = intercepts
        var terms: [Term] = []
        var position = 0
        while position < features.count {
            switch features[position] {
            case .number(let step):
                let index = position
                terms.append(.number(step: step, weights: weights.map { $0[index] }))
                position += 1
            case .indicator(let step, let first):
                // A run of ascending codes is one table, no larger than the run.
                var table: [[Double]] = []
                while position < features.count,
                    features[position] == .indicator(step: step, code: first + Int32(table.count))
                {
                    let index = position
                    table.append(weights.map { $0[index] })
                    position += 1
                }
                terms.append(.table(step: step, first: first, weights: table))
            }
        }
        self.terms = terms
    }

    private init(_ head: LinearHead, terms: [Term], intercepts: [Double], classes: ClassLabels?) {
        self.classes = classes
        link = head.link
        self.terms = terms
        self.intercepts = intercepts
    }

    /// The same scores as sums of other terms.
    func with(terms: [Term], intercepts: [Double]) -> LinearHead { LinearHead(self, terms: terms, intercepts: intercepts, classes: classes) }

    /// The same under other names of its classes.
    func with(classes: ClassLabels) -> LinearHead { LinearHead(self, terms: terms, intercepts: intercepts, classes: classes) }

    /// What term `index` adds to score `score` in each row.
    package func contributions(_ index: Int, score: Int, _ values: GraphValues) -> [Double] {
        switch (terms[index], values.steps[terms[index].step]) {
        case (.number(_, let weights), .numbers(let numbers)?):
            let weight = weights[score]
            return numbers.map { $0 * weight }
        case (.table(_, let first, let weights), .codes(let codes)?):
            let column = weights.map { $0[score] }
            return codes.map { code in
                // The code of no category, -1, is below every first.
                let place = Int(code) - Int(first)
                return column.indices.contains(place) ? column[place] : 0
            }
        default: preconditionFailure("a term stands over a step of another kind")
        }
    }

    /// The scores, one array of rows per score.
    ///
    /// - Throws: `.invalidArgument` naming the first input column with a missing value the model does not accept.
    package func scores(_ values: GraphValues, graph: Graph) throws(AssayError) -> [[Double]] {
        for term in terms {
            guard case .numbers(let numbers)? = values.steps[term.step] else { continue }
            let bad = numbers.count { !$0.isFinite }
            guard bad == 0 else {
                let name = graph.inputs[graph.origins[term.step]]
                throw AssayError(
                    .invalidArgument,
                    "column '\(name)' has \(bad) \(bad == 1 ? "row" : "rows") without a finite value, "
                        + "which the model does not accept")
            }
        }
        var scores: [[Double]] = []
        for score in 0..<scoreCount {
            var sums = [Double](repeating: 0, count: values.rowCount)
            for index in terms.indices {
                let contributions = contributions(index, score: score, values)
                for row in sums.indices { sums[row] += contributions[row] }
            }
            for row in sums.indices { sums[row] += intercepts[score] }
            scores.append(sums)
        }
        return scores
    }

    /// Each row's predicted class: the second of two where the score is above 0, else the first with the
    /// greatest score. Empty where numbers are predicted.
    package func predictedClasses(_ scores: [[Double]]) -> [Int] {
        guard classes != nil else { return [] }
        if scoreCount == 1 { return scores[0].map { $0 > 0 ? 1 : 0 } }
        return Softmax.greatest(scores)
    }

    /// `nil` where classes are predicted.
    package func numbers(_ scores: [[Double]]) -> [Double]? {
        switch link {
        case .identity: scores[0]
        case .exponential: scores[0].map { exp($0) }
        default: nil
        }
    }

    /// The probabilities, one array of rows per class; `nil` where there are none.
    package func probabilities(_ scores: [[Double]]) -> [[Double]]? {
        switch link {
        case .logistic:
            let positive = scores[0].map { 1 / (1 + exp(-$0)) }
            return [positive.map { 1 - $0 }, positive]
        case .softmax:
            return Softmax.probabilities(scores)
        case .oneVersusRest:
            return Softmax.shares(scores) { 1 / (1 + exp(-$0)) }
        case .clipped:
            func share(_ score: Double) -> Double { (min(max(score, -1), 1) + 1) / 2 }
            if scoreCount > 1 { return Softmax.shares(scores, share) }
            let positive = scores[0].map(share)
            return [positive.map { 1 - $0 }, positive]
        case .decision, .identity, .exponential: return nil
        }
    }
}
