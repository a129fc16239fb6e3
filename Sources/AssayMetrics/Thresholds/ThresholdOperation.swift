/// A decision by one threshold: positive above it, or positive below it.
///
/// - Source: Fairlearn 0.15 `ThresholdOperation`.
package struct ThresholdOperation: Hashable, Sendable {
    package enum Comparison: String, Sendable, CaseIterable {
        case above = ">"
        case below = "<"
    }

    package var comparison: Comparison
    /// Never NaN; an infinite threshold decides alike for all scores.
    package var threshold: Double

    package init(_ comparison: Comparison, _ threshold: Double) {
        precondition(!threshold.isNaN, "a threshold is no number")
        self.comparison = comparison
        self.threshold = threshold
    }

    /// Whether a row of this score is decided positive.
    package func isPositive(_ score: Double) -> Bool {
        switch comparison {
        case .above: score > threshold
        case .below: score < threshold
        }
    }
}
