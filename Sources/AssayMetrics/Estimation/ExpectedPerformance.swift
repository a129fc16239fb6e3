import AssayTerms

/// How well predictions are expected to agree with labels nobody has seen yet, from the probability that each label is the
/// positive one.
///
/// Definition: each row adds its probability `p` to the true positives and `1 − p` to the false ones where it is predicted
/// positive, `p` to the false negatives and `1 − p` to the true ones where it is not; measures are taken of these expected
/// counts. With labels in place of probabilities (0 or 1) they are the measures of those labels.
///
/// Interval: where the measure of the labels themselves would lie with probability 0.95 if the probabilities hold. Labels
/// are then independent with variance `p (1 − p)`; the measure is taken as linear around the expected counts. It knows
/// nothing of the error of the probabilities, nor of a change in what they mean.
///
/// - Source: NannyML 0.13.1 `performance_estimation.confidence_based.metrics`; Kuberski, W. and Białek, J. (2023),
///   Confidence-based performance estimation.
package struct ExpectedPerformance: Sendable {
    package enum Measure: String, Sendable, CaseIterable {
        case area = "roc_auc"
        case f1, precision, recall, specificity, accuracy
    }

    /// Expected positives and rows among those predicted positive, and among the others.
    private let hits: Double
    private let misses: Double
    private let predicted: Double
    private let others: Double
    /// Of the expected positives.
    private let hitVariance: Double
    private let missVariance: Double
    private let areaEstimate: Estimate

    /// - Parameters:
    ///   - probabilities: of the positive label, in 0...1.
    ///   - scores: what the ROC curve is drawn by, finite; a higher one speaks for the positive label.
    ///   - predictions: 1 where the positive label is predicted, else 0.
    /// - Precondition: all three are of one length.
    /// - Complexity: O(n log n), for the ROC curve.
    package init(probabilities: [Double], scores: [Double], predictions: [UInt8]) {
        precondition(probabilities.count == scores.count && scores.count == predictions.count, "rows differ in number")
        let rows: [[Double]] = [0, 1].map { prediction in
            probabilities.indices.filter { predictions[$0] == prediction }.map { probabilities[$0] }
        }
        (misses, hits) = (blockedSum(of: rows[0]), blockedSum(of: rows[1]))
        (others, predicted) = (Double(rows[0].count), Double(rows[1].count))
        missVariance = blockedSum(of: rows[0].map { $0 * (1 - $0) })
        hitVariance = blockedSum(of: rows[1].map { $0 * (1 - $0) })
        areaEstimate = Self.area(probabilities, scores)
    }

    package func estimate(_ measure: Measure) -> Estimate {
        guard measure != .area else { return areaEstimate }
        let counts = ExpectedCounts(hits: hits, misses: misses, predicted: predicted, others: others)
        switch counts.share(measure) {
        case .undefined(let reason): return Estimate(undefined: reason)
        case .value(let value, let hit, let miss):
            return Self.estimate(value, variance: hit * hit * hitVariance + miss * miss * missVariance)
        }
    }

    /// No interval where no label is uncertain.
    static func estimate(_ value: Double, variance: Double) -> Estimate {
        guard variance > 0 else { return Estimate(value) }
        let half = NormalDistribution.upperQuantile975 * variance.squareRoot()
        return Estimate(
            value,
            interval: Interval(
                low: max(0, value - half), high: min(1, value + half), level: 0.95, method: "expected-labels"))
    }

    private static func area(_ probabilities: [Double], _ scores: [Double]) -> Estimate {
        guard let area = ExpectedArea(probabilities: probabilities, scores: scores) else {
            return Estimate(undefined: "rows of one label only are expected")
        }
        let variance = blockedSum(
            of: zip(area.slopes, probabilities).map { slope, probability in slope * slope * probability * (1 - probability) })
        return estimate(area.value, variance: variance)
    }
}
