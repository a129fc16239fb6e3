/// Measures of the positive class, from the four amounts of a confusion; those of all classes alike are `ClassMeasures`.
///
/// Each is scikit-learn's definition for a binary problem with the stated positive label. Where a denominator is 0 the
/// value is `nil` with a reason, while scikit-learn warns and answers 0 (`zero_division="warn"`).
///
/// Higher is better; range 0...1; weighted where the amounts are sums of weights. O(1).
package enum ClassificationMeasures {
    /// `TP / (TP + FP)`.
    ///
    /// - Source: scikit-learn 1.9 `precision_score`. Interval: Wilson's given the number of positive predictions.
    package static func precision(_ confusion: Confusion) -> Estimate {
        Estimate(
            Proportion(confusion) { ($0.truePositives, $0.selected) },
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
    /// - Source: scikit-learn 1.9 `f1_score`. Interval: the jackknife's.
    package static func f1(_ confusion: Confusion) -> Estimate {
        let matrix = ClassMatrix(confusion)
        guard let value = ClassScore.f1.value(matrix, 1) else {
            return Estimate(
                undefined: confusion.rowCount == 0
                    ? noRows(confusion) : "no row is labelled positive and none is predicted positive")
        }
        return JackknifeInterval.estimate(matrix, value: value, least: 0) { ClassScore.f1.value($0, 1) }
    }

    /// `TN / (TN + FP)`.
    ///
    /// - Source: scikit-learn 1.9 `recall_score(pos_label=negative)`. Interval: Wilson's given the negative labels.
    package static func specificity(_ confusion: Confusion) -> Estimate {
        Estimate(
            Rate.trueNegativeRate.proportion(of: confusion),
            undefined: confusion.rowCount == 0 ? noRows(confusion) : "no row is labelled negative")
    }

    /// `TP / (TP + FP + FN)`.
    ///
    /// - Source: scikit-learn 1.9 `jaccard_score`. Interval: Wilson's given the rows labelled or predicted positive.
    package static func jaccard(_ confusion: Confusion) -> Estimate {
        Estimate(
            Proportion(confusion) { ($0.truePositives, $0.truePositives + $0.falsePositives + $0.falseNegatives) },
            undefined: confusion.rowCount == 0
                ? noRows(confusion) : "no row is labelled positive and none is predicted positive")
    }

    private static func noRows(_ confusion: Confusion) -> String {
        confusion.rowCount == 0 ? "no row has both a label and a prediction" : "the weights sum to 0"
    }
}
