/// Measures of predicted classes against labels, from the four amounts of a confusion.
///
/// Each is scikit-learn's definition for a binary problem with the stated positive label. Where a denominator is 0 the
/// value is `nil` with a reason, while scikit-learn warns and answers 0 (`zero_division="warn"`).
///
/// Higher is better; range 0...1; weighted where the amounts are sums of weights. O(1).
package enum ClassificationMeasures {
    /// `(TP + TN) / (TP + TN + FP + FN)`.
    ///
    /// - Source: scikit-learn 1.9 `accuracy_score`. Interval: Wilson's, unweighted only.
    package static func accuracy(_ confusion: Confusion) -> Estimate {
        Estimate(Rate.accuracy.proportion(of: confusion), undefined: noRows(confusion))
    }

    /// The mean of the recalls of those classes that have rows: `½ (TP / (TP + FN) + TN / (TN + FP))`, or the one
    /// recall there is when all labels are of one class.
    ///
    /// - Source: scikit-learn 1.9 `balanced_accuracy_score`, which also leaves out a class without labels.
    package static func balancedAccuracy(_ confusion: Confusion) -> Estimate {
        let recalls = [Rate.trueNegativeRate, .truePositiveRate].compactMap { $0.proportion(of: confusion).value }
        if recalls.isEmpty { return Estimate(undefined: noRows(confusion)) }
        return Estimate(recalls.reduce(0, +) / Double(recalls.count))
    }

    /// `TP / (TP + FP)`.
    ///
    /// - Source: scikit-learn 1.9 `precision_score`. Interval: Wilson's given the number of positive predictions.
    package static func precision(_ confusion: Confusion) -> Estimate {
        Estimate(
            Proportion(
                successes: confusion.truePositives, trials: confusion.selected, isWeighted: confusion.isWeighted),
            undefined: confusion.rowCount == 0 ? noRows(confusion) : "no row is predicted positive")
    }

    /// `TP / (TP + FN)`.
    ///
    /// - Source: scikit-learn 1.9 `recall_score`. Interval: Wilson's given the number of positive labels.
    package static func recall(_ confusion: Confusion) -> Estimate {
        Estimate(
            Rate.truePositiveRate.proportion(of: confusion),
            undefined: confusion.rowCount == 0 ? noRows(confusion) : "no row is labelled positive")
    }

    /// `2 TP / (2 TP + FP + FN)`.
    ///
    /// - Source: scikit-learn 1.9 `f1_score`.
    package static func f1(_ confusion: Confusion) -> Estimate {
        let denominator = 2 * confusion.truePositives + confusion.falsePositives + confusion.falseNegatives
        guard denominator > 0 else {
            return Estimate(
                undefined: confusion.rowCount == 0
                    ? noRows(confusion) : "no row is labelled positive and none is predicted positive")
        }
        return Estimate(2 * confusion.truePositives / denominator)
    }

    private static func noRows(_ confusion: Confusion) -> String {
        confusion.rowCount == 0 ? "no row has both a label and a prediction" : "the weights sum to 0"
    }
}
