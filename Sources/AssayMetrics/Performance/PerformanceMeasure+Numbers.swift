import AssayTerms

extension PerformanceMeasure {
    /// Measures of predicted numbers against measured labels.
    static let numbers: [PerformanceMeasure] = [
        number("mse", "mean_squared_error", "The mean squared error.", RegressionMeasures.meanSquaredError),
        number(
            "rmse", "root_mean_squared_error", "The root of the mean squared error, in the label's unit.",
            RegressionMeasures.rootMeanSquaredError),
        number(
            "mae", "mean_absolute_error", "The mean absolute error, in the label's unit.",
            RegressionMeasures.meanAbsoluteError),
        number(
            "median_absolute_error", "median_absolute_error", "The error that half of the rows do not exceed.",
            kind: .whole, RegressionMeasures.medianAbsoluteError),
        number(
            "max_error", "max_error", "The largest absolute error of any row.", kind: .whole,
            RegressionMeasures.maxError),
        number(
            "mape", "mean_absolute_percentage_error", "The mean absolute error as a share of the label.",
            RegressionMeasures.meanAbsolutePercentageError),
        number(
            "msle", "mean_squared_log_error", "The mean squared error of log(1 + x).",
            RegressionMeasures.meanSquaredLogError),
        number(
            "r2", "r2_score", "The share of the labels' variance that predictions account for.",
            direction: .higherIsBetter, least: nil, greatest: 1, RegressionMeasures.r2),
        number(
            "explained_variance", "explained_variance_score", "As R², but blind to a constant error.",
            direction: .higherIsBetter, least: nil, greatest: 1, RegressionMeasures.explainedVariance),
        number(
            "d2_absolute_error", "d2_absolute_error_score",
            "The share of the labels' absolute spread that predictions account for.", kind: .whole,
            direction: .higherIsBetter, least: nil, greatest: 1, RegressionMeasures.d2AbsoluteError),
        number("pinball_10", "mean_pinball_loss(alpha=0.1)", "The loss of predictions meant as the 10 % quantile.") {
            RegressionMeasures.pinballLoss($0, alpha: 0.1)
        },
        number("pinball_50", "mean_pinball_loss(alpha=0.5)", "The loss of predictions meant as the median.") {
            RegressionMeasures.pinballLoss($0, alpha: 0.5)
        },
        number("pinball_90", "mean_pinball_loss(alpha=0.9)", "The loss of predictions meant as the 90 % quantile.") {
            RegressionMeasures.pinballLoss($0, alpha: 0.9)
        },
        PerformanceMeasure(
            "mean_error", .numbers, "The mean of label minus prediction; below 0, predictions are too high.",
            source: "Assay: mean(y_true - y_pred)", kind: .summed, direction: .zeroIsParity, least: nil,
            greatest: nil, compute: { $0.numbers.map(RegressionMeasures.meanError) }),
        PerformanceMeasure(
            "mean_prediction", .numbers, "The mean prediction.",
            source: "Fairlearn 0.15 fairlearn.metrics.mean_prediction", kind: .summed, direction: .none, least: nil,
            greatest: nil, compute: { $0.numbers.map(RegressionMeasures.meanPrediction) }),
    ]

    private static func number(
        _ name: String, _ function: String, _ sentence: String, kind: CheckDescriptor.Kind = .summed,
        direction: CheckDescriptor.Direction = .lowerIsBetter, least: Int? = 0, greatest: Int? = nil,
        _ compute: @escaping @Sendable (RegressionState) -> Estimate
    ) -> PerformanceMeasure {
        PerformanceMeasure(
            name, .numbers, sentence, source: "scikit-learn 1.9 sklearn.metrics.\(function)", kind: kind,
            direction: direction, least: least, greatest: greatest, compute: { $0.numbers.map(compute) })
    }
}
