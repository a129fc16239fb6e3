import AssayTerms

/// Measures of predicted sets of labels, scikit-learn's definitions for multilabel indicators. Undefined without rows.
package enum LabelSetMeasures {
    /// How the values become one.
    package enum Average: String, Sendable, CaseIterable {
        /// The mean over labels.
        case macro
        /// Numerators and denominators of all labels are summed first.
        case micro
        /// The mean over labels, weighted by the rows that have each.
        case weighted
        /// The mean over rows of the value within a row.
        case samples
    }

    /// `score` over all labels, 0...1; higher is better. Undefined where a label that counts, or for `samples` a row, has a
    /// denominator of 0 (scikit-learn warns and takes 0).
    ///
    /// - Source: scikit-learn 1.9 `precision_score`, `recall_score`, `f1_score`, `jaccard_score` with `average=`.
    package static func average(_ score: ClassScore, _ average: Average, _ state: LabelSetState) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        switch average {
        case .micro:
            let parts = state.labels.map { score.parts(right: $0.right, labelled: $0.labelled, predicted: $0.predicted) }
            let denominator = parts.reduce(0) { $0 + $1.denominator }
            guard denominator > 0 else { return Estimate(undefined: "every label \(score.lack)") }
            return Estimate(parts.reduce(0) { $0 + $1.numerator } / denominator)
        case .macro, .weighted:
            var sum = 0.0
            var total = 0.0
            var lacking = 0
            for (place, label) in state.labels.enumerated() {
                let share = average == .macro ? 1 : label.labelled
                guard share > 0 else { continue }
                total += share
                guard let value = state.value(score, place) else {
                    lacking += 1
                    continue
                }
                sum += share * value
            }
            guard lacking == 0 else {
                return Estimate(undefined: lacking == 1 ? "one label \(score.lack)" : "\(lacking) labels: each \(score.lack)")
            }
            return total > 0 ? Estimate(sum / total) : Estimate(undefined: "no row has any label")
        case .samples:
            guard let place = ClassScore.allCases.firstIndex(of: score) else { return Estimate(undefined: "no such score") }
            let (sum, lacking) = state.samples[place]
            guard lacking == 0 else {
                let what =
                    switch score {
                    case .precision: "no prediction"
                    case .recall: "no label"
                    case .f1, .jaccard: "neither a label nor a prediction"
                    }
                return Estimate(undefined: "\(lacking) rows have \(what)")
            }
            return Estimate(sum / state.weight)
        }
    }

    /// The share of labels predicted wrong over all rows, 0...1; lower is better. Source: scikit-learn 1.9 `hamming_loss`.
    package static func hammingLoss(_ state: LabelSetState) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        return Estimate(state.wrong / (state.weight * Double(state.labelCount)))
    }

    /// The share of rows whose predicted set is the labels', 0...1; higher is better. Source: scikit-learn 1.9
    /// `accuracy_score`. Interval: Wilson's.
    package static func subsetAccuracy(_ state: LabelSetState) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        return Estimate(exact(state), undefined: "the weights sum to 0")
    }

    static func exact(_ state: LabelSetState) -> Proportion {
        Proportion(successes: state.exact, trials: state.weight, isWeighted: state.isWeighted)
    }

    private static func unusable(_ state: LabelSetState) -> String? {
        guard state.rowCount > 0 else { return "no row has all labels and predictions" }
        return state.weight > 0 ? nil : "the weights sum to 0"
    }
}
