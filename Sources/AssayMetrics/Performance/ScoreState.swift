/// Scores against binary labels: the state behind ROC AUC, log loss and the Brier score.
///
/// The score of a row is the model's number for the positive class. Losses are summed row by row in blocks and merged
/// in block order; the scores themselves are kept for the AUC, 8 bytes a row (16 with weights).
package struct ScoreState: Sendable {
    private var positives: [WeightedScore] = []
    private var negatives: [WeightedScore] = []
    private var logLossSum = 0.0
    private var squaredErrorSum = 0.0
    private var weightSum = 0.0
    package let isWeighted: Bool
    package private(set) var missingLabelCount = 0
    /// Rows with a label and without a score.
    package private(set) var missingScoreCount = 0
    private var infiniteCount = 0
    private var outsideUnitCount = 0
    /// Of the scores within 0...1.
    package private(set) var bins = CalibrationBins()

    /// The distance from 0 and 1 that scikit-learn keeps before it takes a logarithm: the machine epsilon of a
    /// `Double`.
    static let clip = 2.220_446_049_250_313e-16

    package init(isWeighted: Bool) { self.isWeighted = isWeighted }

    /// The state of one block. Label codes are 0, 1 or 2 (missing); a score that is not a number is missing.
    ///
    /// - Precondition: all spans have the same count; weights have passed `Weights.check`.
    package init(labels: Span<UInt8>, scores: Span<Double>, weights: [Double]? = nil) {
        precondition(labels.count == scores.count, "labels and scores differ in length")
        precondition(weights.map { $0.count == labels.count } ?? true, "labels and weights differ in length")
        isWeighted = weights != nil
        var losses: [Double] = []
        var squares: [Double] = []
        var used: [Double] = []
        losses.reserveCapacity(labels.count)
        squares.reserveCapacity(labels.count)
        for row in labels.indices {
            let score = scores[row]
            if labels[row] > 1 {
                missingLabelCount += 1
                continue
            }
            if score.isNaN {
                missingScoreCount += 1
                continue
            }
            let weight = weights?[row] ?? 1
            // Adding 0 turns −0 into 0, which is the same score.
            let entry = WeightedScore(score: score + 0, weight: weight)
            if labels[row] == 1 { positives.append(entry) } else { negatives.append(entry) }
            if weights != nil { used.append(weight) }
            if score.isInfinite { infiniteCount += 1 }
            if !(score >= 0 && score <= 1) {
                outsideUnitCount += 1
                continue
            }
            bins.add(score: entry.score, isPositive: labels[row] == 1, weight: weight)
            let likelihood = labels[row] == 1 ? score : 1 - score
            losses.append(-weight * naturalLogarithm(min(max(likelihood, Self.clip), 1 - Self.clip)))
            squares.append(weight * (1 - likelihood) * (1 - likelihood))
        }
        logLossSum = blockedSum(losses.span)
        squaredErrorSum = blockedSum(squares.span)
        weightSum = weights == nil ? Double(positives.count + negatives.count) : blockedSum(used.span)
    }

    /// Adds the rows of `other`, which come after this state's.
    package mutating func merge(_ other: ScoreState) {
        precondition(isWeighted == other.isWeighted, "a weighted state meets an unweighted one")
        positives += other.positives
        negatives += other.negatives
        logLossSum += other.logLossSum
        squaredErrorSum += other.squaredErrorSum
        weightSum += other.weightSum
        missingLabelCount += other.missingLabelCount
        missingScoreCount += other.missingScoreCount
        infiniteCount += other.infiniteCount
        outsideUnitCount += other.outsideUnitCount
        bins.merge(other.bins)
    }

    /// Rows with both a label and a score.
    package var rowCount: Int { positives.count + negatives.count }

    /// The mean of `−log q`, `q` the probability given to the label that came, kept within `[ε, 1 − ε]`, ε = 2⁻⁵².
    ///
    /// Lower is better; 0 and above, in nats. With labels of one class it is defined all the same (scikit-learn then
    /// wants `labels=`). A score outside 0...1 is no probability: undefined, where scikit-learn raises.
    ///
    /// - Source: scikit-learn 1.9 `log_loss`. Equal within `rows × ulp` of the sum.
    package var logLoss: Estimate {
        mean(of: logLossSum) { -naturalLogarithm(min(max($0, Self.clip), 1 - Self.clip)) }
    }

    /// The mean of `(y − p)²`.
    ///
    /// Lower is better; range 0...1. A score outside 0...1 is no probability: undefined, where scikit-learn raises.
    ///
    /// - Source: Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather
    ///   Review 78, 1–3, halved for two classes as in scikit-learn 1.9 `brier_score_loss`. Equal within `rows × ulp`.
    package var brier: Estimate { mean(of: squaredErrorSum) { (1 - $0) * (1 - $0) } }

    /// The area under the ROC curve: the probability that a positive row scores above a negative one, ties counted
    /// half.
    ///
    /// Higher is better; range 0...1. Undefined with labels of one class (scikit-learn warns and answers NaN) and with
    /// an infinite score (scikit-learn raises). Unweighted it is a quotient of whole numbers, equal bits in any order
    /// of rows.
    ///
    /// - Complexity: O(rows · log rows).
    /// - Source: scikit-learn 1.9 `roc_auc_score`; DeLong, DeLong and Clarke-Pearson (1988) for the interval, see
    ///   `RankedScores`.
    package var rocAUC: Estimate {
        if let reason = unrankable { return Estimate(undefined: reason) }
        return isWeighted
            ? RankedScores.weightedArea(positives: positives, negatives: negatives)
            : RankedScores.area(positives: positives.map(\.score), negatives: negatives.map(\.score))
    }

    /// The rows by falling score; `nil` where a score is infinite or there is no row.
    package var ranking: ScoreRanking? {
        guard rowCount > 0, infiniteCount == 0 else { return nil }
        return ScoreRanking(positives: ascendingPositives, negatives: ascendingNegatives)
    }

    var ascendingPositives: [WeightedScore] { ascending(positives) }
    var ascendingNegatives: [WeightedScore] { ascending(negatives) }

    private func ascending(_ entries: [WeightedScore]) -> [WeightedScore] {
        isWeighted
            ? RankedScores.stablySorted(entries)
            : RankedScores.sorted(entries.map(\.score)).map { WeightedScore(score: $0, weight: 1) }
    }

    /// All scores of rows with a label, in no particular order.
    package var allScores: [WeightedScore] { positives + negatives }

    /// Why scores of two classes cannot be ranked; `nil` where they can.
    private var unrankable: String? {
        guard rowCount > 0 else { return "no row has both a label and a score" }
        if infiniteCount > 0 { return "\(infiniteCount) scores are infinite" }
        if positives.isEmpty { return "no row is labelled positive" }
        if negatives.isEmpty { return "every row is labelled positive" }
        return nil
    }

    /// - Parameter loss: of a row, from the probability given to the label that came; the interval is of its mean, on the
    ///   logarithm's scale, since it is never negative.
    private func mean(of sum: Double, loss: (Double) -> Double) -> Estimate {
        guard rowCount > 0 else { return Estimate(undefined: "no row has both a label and a score") }
        if outsideUnitCount > 0 {
            return Estimate(
                undefined: "\(outsideUnitCount) scores lie outside 0 to 1, so the scores are no probabilities")
        }
        guard weightSum > 0 else { return Estimate(undefined: "the weights sum to 0") }
        let value = sum / weightSum
        let terms = positives.map { loss($0.score) } + negatives.map { loss(1 - $0.score) }
        let weights = isWeighted ? (positives + negatives).map(\.weight) : nil
        return Estimate(
            value, error: SamplingError.ofMean(terms, weights: weights, mean: value, scale: .logarithm), method: "normal-log")
    }
}
