/// A confusion of scores in place of decisions: each row counts as positive by its score and as negative by the rest of it.
///
/// - Source: Pleiss, G. et al. (2017). On fairness and calibration. NeurIPS, definition 1; AIF360 0.6
///   `ClassificationMetric.generalized_binary_confusion_matrix`.
package struct GeneralizedConfusion: Hashable, Sendable {
    package private(set) var rowCount = 0
    package private(set) var missingLabelCount = 0
    package private(set) var missingScoreCount = 0
    /// Rows whose score is no probability.
    private(set) var outsideUnitCount = 0
    private var truePositiveSum = 0.0
    private var falsePositiveSum = 0.0
    private var falseNegativeSum = 0.0
    private var trueNegativeSum = 0.0
    private var positiveSum = 0.0
    private var negativeSum = 0.0

    package init() {}

    /// The rows of one block whose code is `side`. Labels are 0, 1 or 2 (missing), a score that is NaN is missing.
    package init(labels: [UInt8], scores: [Double], weights: [Double]?, codes: [Int32], side: Int32) {
        var terms = [[Double]](repeating: [], count: 6)
        for row in codes.indices where codes[row] == side {
            guard labels[row] < 2 else {
                missingLabelCount += 1
                continue
            }
            let score = scores[row]
            guard !score.isNaN else {
                missingScoreCount += 1
                continue
            }
            rowCount += 1
            guard score >= 0, score <= 1 else {
                outsideUnitCount += 1
                continue
            }
            let weight = weights?[row] ?? 1
            let isPositive = labels[row] == 1
            terms[isPositive ? 0 : 1].append(weight * score)
            terms[isPositive ? 2 : 3].append(weight * (1 - score))
            terms[isPositive ? 4 : 5].append(weight)
        }
        truePositiveSum = blockedSum(of: terms[0])
        falsePositiveSum = blockedSum(of: terms[1])
        falseNegativeSum = blockedSum(of: terms[2])
        trueNegativeSum = blockedSum(of: terms[3])
        positiveSum = blockedSum(of: terms[4])
        negativeSum = blockedSum(of: terms[5])
    }

    /// Both together; the rows of `right` come after those of `left`.
    package static func + (left: GeneralizedConfusion, right: GeneralizedConfusion) -> GeneralizedConfusion {
        var sum = left
        sum.rowCount += right.rowCount
        sum.missingLabelCount += right.missingLabelCount
        sum.missingScoreCount += right.missingScoreCount
        sum.outsideUnitCount += right.outsideUnitCount
        sum.truePositiveSum += right.truePositiveSum
        sum.falsePositiveSum += right.falsePositiveSum
        sum.falseNegativeSum += right.falseNegativeSum
        sum.trueNegativeSum += right.trueNegativeSum
        sum.positiveSum += right.positiveSum
        sum.negativeSum += right.negativeSum
        return sum
    }

    /// One of its amounts, or that over the rows of the label. Raw values are AIF360's names.
    package enum Measure: String, Sendable, CaseIterable {
        case truePositiveRate = "generalized_true_positive_rate"
        case falsePositiveRate = "generalized_false_positive_rate"
        case falseNegativeRate = "generalized_false_negative_rate"
        case trueNegativeRate = "generalized_true_negative_rate"
        case truePositives = "num_generalized_true_positives"
        case falsePositives = "num_generalized_false_positives"
        case falseNegatives = "num_generalized_false_negatives"
        case trueNegatives = "num_generalized_true_negatives"

        package var isRate: Bool {
            switch self {
            case .truePositiveRate, .falsePositiveRate, .falseNegativeRate, .trueNegativeRate: true
            case .truePositives, .falsePositives, .falseNegatives, .trueNegatives: false
            }
        }

        /// Words for people, as they follow "the".
        package var words: String {
            switch self {
            case .truePositiveRate: "mean score of rows labelled positive"
            case .falsePositiveRate: "mean score of rows labelled negative"
            case .falseNegativeRate: "mean of 1 − score of rows labelled positive"
            case .trueNegativeRate: "mean of 1 − score of rows labelled negative"
            case .truePositives: "sum of scores of rows labelled positive"
            case .falsePositives: "sum of scores of rows labelled negative"
            case .falseNegatives: "sum of 1 − score of rows labelled positive"
            case .trueNegatives: "sum of 1 − score of rows labelled negative"
            }
        }
    }

    /// Undefined where a score lies outside 0...1, and a rate without rows of its label.
    package func estimate(_ measure: Measure) -> Estimate {
        guard outsideUnitCount == 0 else {
            return Estimate(undefined: "\(outsideUnitCount) scores lie outside 0 to 1, so the scores are no probabilities")
        }
        let (sum, total, label) =
            switch measure {
            case .truePositiveRate, .truePositives: (truePositiveSum, positiveSum, "positive")
            case .falseNegativeRate, .falseNegatives: (falseNegativeSum, positiveSum, "positive")
            case .falsePositiveRate, .falsePositives: (falsePositiveSum, negativeSum, "negative")
            case .trueNegativeRate, .trueNegatives: (trueNegativeSum, negativeSum, "negative")
            }
        guard measure.isRate else { return Estimate(sum) }
        return total > 0 ? Estimate(sum / total) : Estimate(undefined: "no row is labelled \(label)")
    }
}
