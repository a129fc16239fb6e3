import AssayTerms

/// Measures of the scores of several classes, scikit-learn's definitions.
///
/// All are undefined without rows and where a label's class has no scores; the losses also where a score lies outside 0...1
/// or a row's scores do not sum to 1 within 10⁻⁵ (scikit-learn raises for the first and warns for the second).
package enum ClassScoreMeasures {
    /// The mean of `−log q`, `q` the probability given to the class that came, kept within `[ε, 1 − ε]`, ε = 2⁻⁵². 0 and
    /// above, in nats; lower is better. Source: scikit-learn 1.9 `log_loss`.
    package static func logLoss(_ state: ClassScoreState) -> Estimate { mean(state, state.logLossSum) }

    /// The mean over rows of the squared distances of all probabilities from 1 for the class that came and 0 for the others,
    /// 0...2; lower is better.
    ///
    /// - Source: Brier (1950); scikit-learn 1.9 `brier_score_loss`, which halves it for two classes only.
    package static func brier(_ state: ClassScoreState) -> Estimate { mean(state, state.squaredErrorSum) }

    /// The share of rows whose label is among the `ClassScoreState.depths[place]` classes that score highest, 0...1. Of
    /// equal scores the later class comes first. Undefined with so few classes that all rows are hits.
    ///
    /// - Source: scikit-learn 1.9 `top_k_accuracy_score`. Interval: Wilson's.
    package static func topAccuracy(_ state: ClassScoreState, place: Int) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        guard state.classCount > ClassScoreState.depths[place] else {
            return Estimate(undefined: "there are \(state.classCount) classes, so every row is a hit")
        }
        return Estimate(hits(state, place: place), undefined: "the weights sum to 0")
    }

    static func hits(_ state: ClassScoreState, place: Int) -> Proportion {
        Proportion(successes: state.hits[place], trials: state.weightSum, isWeighted: state.isWeighted)
    }

    private static func mean(_ state: ClassScoreState, _ sum: Double) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        if state.outsideUnitCount > 0 {
            return Estimate(undefined: "\(state.outsideUnitCount) rows have scores outside 0 to 1, which are no probabilities")
        }
        if state.unnormalizedCount > 0 {
            return Estimate(undefined: "the probabilities of \(state.unnormalizedCount) rows do not sum to 1")
        }
        guard state.weightSum > 0 else { return Estimate(undefined: "the weights sum to 0") }
        return Estimate(sum / state.weightSum)
    }

    static func unusable(_ state: ClassScoreState) -> String? {
        guard state.rowCount > 0 else { return "no row has both a label and the scores of all classes" }
        if state.unknownLabelCount > 0 {
            return "\(state.unknownLabelCount) rows have a label whose class has no scores"
        }
        return nil
    }
}
