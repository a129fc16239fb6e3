import AssayTerms

/// Measures of predicted numbers against measured labels, scikit-learn's definitions for one output.
///
/// Undefined without rows, where weights sum to 0 and where a number is infinite (scikit-learn raises). Intervals stand at
/// means of independent rows and R²: normal ones, on the logarithm's scale for what is never negative, from 30 rows on; with
/// weights by the sandwich's standard error.
package enum RegressionMeasures {
    /// `mean (y − ŷ)²`, 0 and above; lower is better. Source: scikit-learn 1.9 `mean_squared_error`.
    package static func meanSquaredError(_ state: RegressionState) -> Estimate {
        mean(state, state.squares) { error, _ in error * error }
    }

    /// `√ mean (y − ŷ)²`. Source: scikit-learn 1.9 `root_mean_squared_error`.
    package static func rootMeanSquaredError(_ state: RegressionState) -> Estimate {
        var estimate = meanSquaredError(state)
        guard let value = estimate.value?.squareRoot() else { return estimate }
        estimate.value = value
        if let interval = estimate.interval {
            estimate.interval = Interval(
                low: interval.low.squareRoot(), high: interval.high.squareRoot(), level: interval.level,
                method: interval.method)
        }
        // By the delta method: the root's derivative is 1 / (2 √x).
        if let deviation = estimate.error?.deviation { estimate.error?.deviation = deviation / (2 * value) }
        return estimate
    }

    /// `mean |y − ŷ|`. Source: scikit-learn 1.9 `mean_absolute_error`.
    package static func meanAbsoluteError(_ state: RegressionState) -> Estimate {
        mean(state, state.absolutes) { error, _ in error }
    }

    /// `mean (y − ŷ)`: below 0 where predictions are too high. Any number; 0 is best.
    package static func meanError(_ state: RegressionState) -> Estimate {
        guard let reason = unusable(state) else {
            let value = state.errorSpread.mean
            return Estimate(value, error: plainError(state, state.errorSpread), method: "normal")
        }
        return Estimate(undefined: reason)
    }

    /// `mean ŷ`. Source: Fairlearn 0.15 `mean_prediction`.
    package static func meanPrediction(_ state: RegressionState) -> Estimate {
        let estimate = mean(state, state.predictions)
        guard let value = estimate.value else { return estimate }
        return Estimate(value, error: plainError(state, state.predictionSpread), method: "normal")
    }

    /// Of the mean of unweighted rows, from the sum of squares around it.
    private static func plainError(_ state: RegressionState, _ spread: RegressionState.Spread) -> SamplingError? {
        guard !state.isWeighted, state.rowCount > 1 else { return nil }
        let rows = Double(state.rowCount)
        return SamplingError(
            deviation: (spread.squares / (rows * (rows - 1))).squareRoot(), scale: .plain, rows: state.rowCount)
    }

    /// `1 − Σ (y − ŷ)² / Σ (y − ȳ)²`, 1 and below; higher is better. Undefined with fewer than two rows (as in
    /// scikit-learn) and where all labels are equal (scikit-learn then answers 1 or 0).
    ///
    /// Interval: normal for log(1 − R²), with the standard error of the rows' influence on it,
    /// `n (e² − (1 − R²)(y − ȳ)²) / Σ (y − ȳ)²`.
    ///
    /// - Source: scikit-learn 1.9 `r2_score`; Hampel, F. R. (1974). The influence curve and its role in robust estimation.
    ///   Journal of the American Statistical Association 69, 383–393.
    package static func r2(_ state: RegressionState) -> Estimate {
        let estimate = explained(state) { state.squares }
        guard let value = estimate.value, value < 1 else { return estimate }
        let rest = 1 - value
        let centre = state.labelSpread.mean
        let scale = state.weight / state.labelSpread.squares
        let terms = zip(state.absoluteErrors, state.labels).map { error, label in
            let distance = label.score - centre
            return scale * (error.score * error.score - rest * distance * distance)
        }
        let weights = state.isWeighted ? state.labels.map(\.weight) : nil
        // The influences sum to 0.
        return Estimate(
            value, error: SamplingError.ofMean(terms, weights: weights, mean: 0, scale: .logarithmOfRest),
            method: "influence-log")
    }

    /// `1 − Var(y − ŷ) / Var(y)`, as `r2` but blind to a constant error. Source: scikit-learn 1.9
    /// `explained_variance_score`.
    package static func explainedVariance(_ state: RegressionState) -> Estimate {
        explained(state) { state.errorSpread.squares }
    }

    /// The median of `|y − ŷ|`. Source: scikit-learn 1.9 `median_absolute_error`.
    package static func medianAbsoluteError(_ state: RegressionState) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        return WeightedMedian.value(state.absoluteErrors, isWeighted: state.isWeighted).map { Estimate($0) }
            ?? Estimate(undefined: "the weights sum to 0")
    }

    /// The largest `|y − ŷ|`, whatever the weights. Source: scikit-learn 1.9 `max_error`.
    package static func maxError(_ state: RegressionState) -> Estimate {
        unusable(state).map { Estimate(undefined: $0) } ?? Estimate(state.largest)
    }

    /// `mean |y − ŷ| / max(|y|, ε)`, ε = 2⁻⁵²: a share, not per cent. Source: scikit-learn 1.9
    /// `mean_absolute_percentage_error`.
    package static func meanAbsolutePercentageError(_ state: RegressionState) -> Estimate {
        mean(state, state.relatives) { error, label in error / max(abs(label), RegressionState.smallestDivisor) }
    }

    /// `mean (log(1 + y) − log(1 + ŷ))²`. Undefined where a label or prediction is below 0.
    ///
    /// - Source: scikit-learn 1.9 `mean_squared_log_error`, which takes numbers above −1 and raises below.
    package static func meanSquaredLogError(_ state: RegressionState) -> Estimate {
        guard state.negativeCount == 0 else {
            return Estimate(undefined: "\(state.negativeCount) rows have a label or prediction below 0")
        }
        return mean(state, state.logarithmicSquares)
    }

    /// `mean max(α (y − ŷ), (α − 1)(y − ŷ))`: the loss of a predicted α-quantile. Source: scikit-learn 1.9
    /// `mean_pinball_loss`.
    package static func pinballLoss(_ state: RegressionState, alpha: Double) -> Estimate {
        mean(state, alpha * state.excess + (1 - alpha) * max(0, state.absolutes - state.excess))
    }

    /// `1 − Σ |y − ŷ| / Σ |y − median y|`, 1 and below. Undefined as `r2`.
    ///
    /// - Source: scikit-learn 1.9 `d2_absolute_error_score`, whose weighted median is the lower one.
    package static func d2AbsoluteError(_ state: RegressionState) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        guard state.rowCount > 1 else { return Estimate(undefined: "fewer than two rows") }
        guard let median = WeightedMedian.value(state.labels, isWeighted: state.isWeighted) else {
            return Estimate(undefined: "the weights sum to 0")
        }
        let spread = blockedSum(of: state.labels.map { $0.weight * abs($0.score - median) })
        guard spread > 0 else { return Estimate(undefined: "all labels are equal") }
        return Estimate(1 - state.absolutes / spread)
    }

    private static func explained(_ state: RegressionState, _ unexplained: () -> Double) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        guard state.rowCount > 1 else { return Estimate(undefined: "fewer than two rows") }
        guard state.labelSpread.squares > 0 else { return Estimate(undefined: "all labels are equal") }
        return Estimate(1 - unexplained() / state.labelSpread.squares)
    }

    /// A mean over rows.
    ///
    /// - Parameter term: of a row's absolute error and label, where the mean is of that and never negative: the interval
    ///   stands on the logarithm's scale.
    private static func mean(
        _ state: RegressionState, _ sum: Double, term: ((Double, Double) -> Double)? = nil
    ) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        let value = sum / state.weight
        guard value.isFinite else { return Estimate(undefined: "the errors are too large to be summed") }
        guard let term else { return Estimate(value) }
        let terms = zip(state.absoluteErrors, state.labels).map { term($0.score, $1.score) }
        let weights = state.isWeighted ? state.labels.map(\.weight) : nil
        return Estimate(
            value, error: SamplingError.ofMean(terms, weights: weights, mean: value, scale: .logarithm), method: "normal-log")
    }

    private static func unusable(_ state: RegressionState) -> String? {
        if state.rowCount == 0 { return "no row has both a label and a prediction" }
        if state.infiniteCount > 0 { return "\(state.infiniteCount) rows hold an infinite number" }
        if state.weight <= 0 { return "the weights sum to 0" }
        return nil
    }
}
