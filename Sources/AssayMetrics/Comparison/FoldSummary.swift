package import AssayTerms

/// One measure's values over the folds of a cross-validation.
package struct FoldSummary: Sendable {
    private let values: [Double]

    /// - Precondition: there is a value.
    package init(_ values: [Double]) {
        precondition(!values.isEmpty, "a summary needs a fold")
        self.values = values
    }

    /// The mean over folds, each counted once whatever its rows.
    package var mean: Double { blockedSum(of: values) / Double(values.count) }

    /// With `n − 1`; `nil` for one fold.
    package var standardDeviation: Double? {
        guard values.count > 1 else { return nil }
        let mean = mean
        return (blockedSum(of: values.map { ($0 - mean) * ($0 - mean) }) / Double(values.count - 1)).squareRoot()
    }

    package var lowest: Double { values.min() ?? mean }
    package var highest: Double { values.max() ?? mean }

    /// `mean ± t · s · √(1/k + 1/(k − 1))` with Student's 0.975 quantile of k − 1 degrees of freedom. Folds are not
    /// independent, since any two models share most of their training rows; the second term under the root, test over
    /// training rows, is a correction for that and not a proof: no unbiased estimate of the variance over folds exists.
    /// `nil` for one fold.
    ///
    /// - Source: Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. Machine Learning 52, 239–281,
    ///   section 3, for k equal folds; Bengio, Y. and Grandvalet, Y. (2004). No unbiased estimator of the variance of k-fold
    ///   cross-validation. JMLR 5, 1089–1105.
    package var interval: Interval? {
        guard let deviation = standardDeviation else { return nil }
        let folds = Double(values.count)
        let quantile = TailProbability.studentQuantile(beyond: 0.05, degrees: folds - 1)
        let half = quantile * deviation * (1 / folds + 1 / (folds - 1)).squareRoot()
        return Interval(low: mean - half, high: mean + half, level: 0.95, method: "nadeau-bengio")
    }
}
