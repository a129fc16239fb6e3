/// How rows of one group are decided: by one of two thresholds, drawn by chance, or by chance alone.
///
/// Definition: a row of score s is positive with probability `c · k + (1 − c) · (p₀ · op₀(s) + p₁ · op₁(s))`, where c is
/// the share of rows whose score is ignored and k the rate at which those are positive. `p₀ + p₁ = 1`.
///
/// - Source: Hardt, M., Price, E. and Srebro, N. (2016), section 3.2; Fairlearn 0.15 `InterpolatedThresholder._pmf_predict`,
///   whose names are `p0`, `operation0`, `p1`, `operation1`, `p_ignore` (c) and `prediction_constant` (k).
package struct ThresholdRule: Hashable, Sendable {
    package struct Ignoring: Hashable, Sendable {
        /// c.
        package var share: Double
        /// k.
        package var constant: Double

        package init(share: Double, constant: Double) {
            self.share = share
            self.constant = constant
        }
    }

    package var p0: Double
    package var operation0: ThresholdOperation
    package var p1: Double
    package var operation1: ThresholdOperation
    package var ignoring: Ignoring?

    package init(
        p0: Double, operation0: ThresholdOperation, p1: Double, operation1: ThresholdOperation, ignoring: Ignoring? = nil
    ) {
        self.p0 = p0
        self.operation0 = operation0
        self.p1 = p1
        self.operation1 = operation1
        self.ignoring = ignoring
    }

    /// One threshold and no chance.
    package init(_ operation: ThresholdOperation) {
        self.init(p0: 1, operation0: operation, p1: 0, operation1: operation)
    }

    /// Whether every row's decision is certain.
    package var isDeterministic: Bool {
        (ignoring?.share ?? 0) == 0 && (p0 == 0 || p1 == 0 || operation0 == operation1)
    }

    /// The probability that a row of this score is decided positive.
    package func probability(_ score: Double) -> Double {
        mixed(p0 * (operation0.isPositive(score) ? 1 : 0) + p1 * (operation1.isPositive(score) ? 1 : 0), scale: 1)
    }

    /// Decisions against the labels: counts where nothing is left to chance, else their expected values.
    ///
    /// - Complexity: O(log n).
    package func confusion(_ scores: GroupScores) -> Confusion {
        let first = scores.confusion(operation0)
        let second = scores.confusion(operation1)
        if isDeterministic { return p0 == 0 ? second : first }
        let (positives, negatives) = (first.positives, first.negatives)
        let truePositives = mixed(p0 * first.truePositives + p1 * second.truePositives, scale: positives)
        let falsePositives = mixed(p0 * first.falsePositives + p1 * second.falsePositives, scale: negatives)
        return Confusion(
            trueNegatives: negatives - falsePositives, falsePositives: falsePositives,
            falseNegatives: positives - truePositives, truePositives: truePositives, rowCount: scores.count, isWeighted: true)
    }

    private func mixed(_ interpolated: Double, scale: Double) -> Double {
        guard let ignoring else { return interpolated }
        return ignoring.share * ignoring.constant * scale + (1 - ignoring.share) * interpolated
    }
}
