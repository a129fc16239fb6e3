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
        let total = predicted + others
        guard total > 0 else { return Estimate(undefined: "no row has a score") }
        let positives = hits + misses
        let negatives = total - positives
        switch measure {
        case .area: return areaEstimate
        case .accuracy:
            return estimate((hits + others - misses) / total, slopes: (1 / total, -1 / total))
        case .precision:
            guard predicted > 0 else { return Estimate(undefined: "no row is predicted positive") }
            return estimate(hits / predicted, slopes: (1 / predicted, 0))
        case .recall:
            guard positives > 0 else { return Estimate(undefined: "no positive row is expected") }
            let square = positives * positives
            return estimate(hits / positives, slopes: (misses / square, -hits / square))
        case .specificity:
            guard negatives > 0 else { return Estimate(undefined: "no negative row is expected") }
            let trueNegatives = others - misses
            let falsePositives = predicted - hits
            let square = negatives * negatives
            return estimate(trueNegatives / negatives, slopes: (trueNegatives / square, -falsePositives / square))
        case .f1:
            let size = predicted + positives
            guard size > 0 else { return Estimate(undefined: "no row is positive or predicted so") }
            let square = size * size
            return estimate(2 * hits / size, slopes: (2 * (size - hits) / square, -2 * hits / square))
        }
    }

    /// - Parameter slopes: by how much the measure grows with one more positive among the rows predicted positive, and
    ///   among the others.
    private func estimate(_ value: Double, slopes: (hit: Double, miss: Double)) -> Estimate {
        let variance = slopes.hit * slopes.hit * hitVariance + slopes.miss * slopes.miss * missVariance
        return Self.estimate(value, variance: variance)
    }

    /// No interval where no label is uncertain.
    private static func estimate(_ value: Double, variance: Double) -> Estimate {
        guard variance > 0 else { return Estimate(value) }
        let half = NormalDistribution.upperQuantile975 * variance.squareRoot()
        return Estimate(
            value,
            interval: Interval(
                low: max(0, value - half), high: min(1, value + half), level: 0.95, method: "expected-labels"))
    }

    /// The share of pairs of a positive and a negative row that the scores order rightly, ties half, each pair weighted by
    /// the probability that it is one.
    private static func area(_ probabilities: [Double], _ scores: [Double]) -> Estimate {
        let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
        let positives = blockedSum(of: order.map { probabilities[$0] })
        let negatives = blockedSum(of: order.map { 1 - probabilities[$0] })
        guard positives > 0, negatives > 0 else {
            return Estimate(undefined: "rows of one label only are expected")
        }
        var won = 0.0
        var below = (positives: 0.0, negatives: 0.0)
        // By how much the weight of pairs won grows where a row of this score becomes positive.
        var gains: [(gain: Double, variance: Double)] = []
        var first = 0
        while first < order.count {
            var last = first
            var tied = (positives: 0.0, negatives: 0.0)
            var variance = 0.0
            while last < order.count, scores[order[last]] == scores[order[first]] {
                let probability = probabilities[order[last]]
                tied.positives += probability
                tied.negatives += 1 - probability
                variance += probability * (1 - probability)
                last += 1
            }
            won += tied.positives * (below.negatives + tied.negatives / 2)
            let above = positives - below.positives - tied.positives
            gains.append((below.negatives + tied.negatives / 2 - above - tied.positives / 2, variance))
            below.positives += tied.positives
            below.negatives += tied.negatives
            first = last
        }
        let pairs = positives * negatives
        let area = min(1, won / pairs)
        let slope = area * (negatives - positives)
        let variance = gains.reduce(0) { sum, one in
            let change = (one.gain - slope) / pairs
            return sum + change * change * one.variance
        }
        return estimate(area, variance: variance)
    }
}
