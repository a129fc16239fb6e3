import AssayTerms

/// Measures of predicted numbers against measured labels, scikit-learn's definitions for one output.
///
/// Undefined without rows, where weights sum to 0 and where a number is infinite (scikit-learn raises). Intervals stand at
/// means of independent rows only: normal ones of the mean, on the logarithm's scale for what is never negative, from 30
/// unweighted rows on.
package enum RegressionMeasures {
    /// `mean (y − ŷ)²`, 0 and above; lower is better. Source: scikit-learn 1.9 `mean_squared_error`.
    package static func meanSquaredError(_ state: RegressionState) -> Estimate {
        mean(state, state.squares) { logarithmic($0, state.squares, state.fourthPowers, state) }
    }

    /// `√ mean (y − ŷ)²`. Source: scikit-learn 1.9 `root_mean_squared_error`.
    package static func rootMeanSquaredError(_ state: RegressionState) -> Estimate {
        var estimate = meanSquaredError(state)
        estimate.value = estimate.value?.squareRoot()
        if let interval = estimate.interval {
            estimate.interval = Interval(
                low: interval.low.squareRoot(), high: interval.high.squareRoot(), level: interval.level,
                method: interval.method)
        }
        return estimate
    }

    /// `mean |y − ŷ|`. Source: scikit-learn 1.9 `mean_absolute_error`.
    package static func meanAbsoluteError(_ state: RegressionState) -> Estimate {
        mean(state, state.absolutes) { logarithmic($0, state.absolutes, state.squares, state) }
    }

    /// `mean (y − ŷ)`: below 0 where predictions are too high. Any number; 0 is best.
    package static func meanError(_ state: RegressionState) -> Estimate {
        guard let reason = unusable(state) else {
            let value = state.errorSpread.mean
            guard !state.isWeighted, state.rowCount >= JackknifeInterval.minimumRowCount else { return Estimate(value) }
            let rows = Double(state.rowCount)
            let half = NormalDistribution.upperQuantile975 * (state.errorSpread.squares / (rows * (rows - 1))).squareRoot()
            return Estimate(
                value, interval: Interval(low: value - half, high: value + half, level: 0.95, method: "normal"))
        }
        return Estimate(undefined: reason)
    }

    /// `mean ŷ`. Source: Fairlearn 0.15 `mean_prediction`.
    package static func meanPrediction(_ state: RegressionState) -> Estimate { mean(state, state.predictions) }

    /// `1 − Σ (y − ŷ)² / Σ (y − ȳ)²`, 1 and below; higher is better. Undefined with fewer than two rows (as in
    /// scikit-learn) and where all labels are equal (scikit-learn then answers 1 or 0).
    ///
    /// - Source: scikit-learn 1.9 `r2_score`.
    package static func r2(_ state: RegressionState) -> Estimate {
        explained(state) { state.squares }
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
    package static func meanAbsolutePercentageError(_ state: RegressionState) -> Estimate { mean(state, state.relatives) }

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

    private static func mean(
        _ state: RegressionState, _ sum: Double, interval: (Double) -> Interval? = { _ in nil }
    ) -> Estimate {
        if let reason = unusable(state) { return Estimate(undefined: reason) }
        let value = sum / state.weight
        guard value.isFinite else { return Estimate(undefined: "the errors are too large to be summed") }
        return Estimate(value, interval: interval(value))
    }

    /// The interval of a mean from the sums of its terms and of their squares, on the logarithm's scale.
    private static func logarithmic(
        _ value: Double, _ sum: Double, _ squares: Double, _ state: RegressionState
    ) -> Interval? {
        let rows = Double(state.rowCount)
        guard !state.isWeighted, state.rowCount >= JackknifeInterval.minimumRowCount, value > 0 else { return nil }
        let spread = max(0, squares - sum * value) / (rows - 1)
        let deviation = (spread / rows).squareRoot() / value
        // e^x from the logistic function: p / (1 − p) with p = eˣ / (1 + eˣ).
        let share = logistic(NormalDistribution.upperQuantile975 * deviation)
        guard share < 1, squares.isFinite else { return nil }
        let factor = share / (1 - share)
        return Interval(low: value / factor, high: value * factor, level: 0.95, method: "normal-log")
    }

    private static func unusable(_ state: RegressionState) -> String? {
        if state.rowCount == 0 { return "no row has both a label and a prediction" }
        if state.infiniteCount > 0 { return "\(state.infiniteCount) rows hold an infinite number" }
        if state.weight <= 0 { return "the weights sum to 0" }
        return nil
    }
}
