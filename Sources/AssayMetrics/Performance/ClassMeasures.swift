import AssayTerms

/// Measures of predicted classes against labels over any number of classes, scikit-learn's definitions.
///
/// Where a denominator is 0 the value is `nil` with a reason, while scikit-learn warns and answers 0. Weighted where the
/// amounts are sums of weights. O(classes²).
package enum ClassMeasures {
    /// How the values of the classes become one.
    package enum Average: String, Sendable, CaseIterable {
        /// The mean over all classes that a label or a prediction has.
        case macro
        /// Numerators and denominators are summed first.
        case micro
        /// The mean weighted by the rows labelled with each class.
        case weighted
    }

    /// Rows predicted right over all rows, 0...1.
    ///
    /// - Source: scikit-learn 1.9 `accuracy_score`. Interval: Wilson's, unweighted only.
    package static func accuracy(_ matrix: ClassMatrix) -> Estimate {
        Estimate(agreement(matrix), undefined: noRows(matrix))
    }

    /// Rows predicted wrong over all rows, 0...1; with one label a row the Hamming loss is the same.
    ///
    /// - Source: scikit-learn 1.9 `zero_one_loss`, `hamming_loss`. Interval: Wilson's, unweighted only.
    package static func errorRate(_ matrix: ClassMatrix) -> Estimate {
        Estimate(disagreement(matrix), undefined: noRows(matrix))
    }

    static func agreement(_ matrix: ClassMatrix) -> Proportion {
        var proportion = Proportion(successes: matrix.agreed, trials: matrix.total, isWeighted: matrix.isWeighted)
        proportion.squares = matrix.squaredAgreement
        return proportion
    }

    static func disagreement(_ matrix: ClassMatrix) -> Proportion {
        var proportion = Proportion(
            successes: max(0, matrix.total - matrix.agreed), trials: matrix.total, isWeighted: matrix.isWeighted)
        proportion.squares = matrix.squaredAgreement.map {
            Proportion.Squares(successes: max(0, $0.trials - $0.successes), trials: $0.trials)
        }
        return proportion
    }

    /// The mean of the recalls of those classes that have labelled rows, 0...1.
    ///
    /// - Source: scikit-learn 1.9 `balanced_accuracy_score`, which also leaves out a class without labels. Interval: the
    ///   jackknife's.
    package static func balancedAccuracy(_ matrix: ClassMatrix) -> Estimate {
        jackknifed(matrix, least: 0) { matrix in
            let recalls = (0..<matrix.classCount).compactMap { ClassScore.recall.value(matrix, $0) }
            return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
        } undefined: {
            noRows(matrix)
        }
    }

    /// `score` of all classes together, 0...1. Undefined for a macro or weighted average where a class that counts has no
    /// value: leaving it out would praise a model that never predicts it, and scikit-learn takes 0 and warns.
    ///
    /// - Source: scikit-learn 1.9 `precision_score`, `recall_score`, `f1_score`, `jaccard_score` with `average=`.
    ///   Interval: Wilson's for micro averages that are the accuracy, else the jackknife's.
    package static func average(_ score: ClassScore, _ average: Average, _ matrix: ClassMatrix) -> Estimate {
        if average == .micro, score != .jaccard { return accuracy(matrix) }
        return jackknifed(matrix, least: 0) { combined(score, average, $0) } undefined: {
            guard matrix.rowCount > 0, matrix.total > 0 else { return noRows(matrix) }
            let lacking = matrix.present.filter {
                score.value(matrix, $0) == nil && (average == .macro || matrix.labelled($0) > 0)
            }
            return lacking.count == 1
                ? "one class \(score.lack)" : "\(lacking.count) classes: each \(score.lack)"
        }
    }

    private static func combined(_ score: ClassScore, _ average: Average, _ matrix: ClassMatrix) -> Double? {
        let present = matrix.present
        guard !present.isEmpty else { return nil }
        switch average {
        case .micro:
            let parts = present.map { score.parts(matrix, $0) }
            let denominator = parts.reduce(0) { $0 + $1.denominator }
            return denominator > 0 ? parts.reduce(0) { $0 + $1.numerator } / denominator : nil
        case .macro:
            var sum = 0.0
            for index in present {
                guard let value = score.value(matrix, index) else { return nil }
                sum += value
            }
            return sum / Double(present.count)
        case .weighted:
            var sum = 0.0
            var support = 0.0
            for index in present {
                let rows = matrix.labelled(index)
                guard rows > 0 else { continue }
                guard let value = score.value(matrix, index) else { return nil }
                sum += rows * value
                support += rows
            }
            return support > 0 ? sum / support : nil
        }
    }

    /// How much of the disagreement that chance leaves is removed: `1 − Σ w·observed / Σ w·expected`, −1...1. Undefined
    /// where labels and predictions are all of one class.
    ///
    /// - Parameter power: 0 counts every disagreement as one, 1 by the distance of the classes in their order, 2 by its
    ///   square (`weights="linear"`, `"quadratic"`).
    /// - Source: scikit-learn 1.9 `cohen_kappa_score`; Cohen, J. (1960). Educational and Psychological Measurement 20,
    ///   37–46. Interval: the jackknife's.
    package static func cohenKappa(_ matrix: ClassMatrix, power: Int = 0) -> Estimate {
        jackknifed(matrix, least: -1) { matrix in
            let total = matrix.total
            guard total > 0 else { return nil }
            let labelled = (0..<matrix.classCount).map(matrix.labelled)
            let predicted = (0..<matrix.classCount).map(matrix.predicted)
            // scikit-learn's distances are those of the classes that there are, in order.
            var place = [Int](repeating: 0, count: matrix.classCount)
            for (index, present) in matrix.present.enumerated() { place[present] = index }
            var observed = 0.0
            var expected = 0.0
            for label in 0..<matrix.classCount {
                for prediction in 0..<matrix.classCount where label != prediction {
                    let distance = Double(abs(place[label] - place[prediction]))
                    let penalty = power == 0 ? 1 : power == 1 ? distance : distance * distance
                    observed += penalty * matrix[label, prediction]
                    expected += penalty * labelled[label] * predicted[prediction]
                }
            }
            return expected > 0 ? 1 - observed * total / expected : nil
        } undefined: {
            matrix.total > 0 ? "labels and predictions are all of one class" : noRows(matrix)
        }
    }

    /// The correlation of labels and predictions, −1...1: `(c·n − Σ pₖ tₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²))`. Undefined
    /// where labels or predictions are all of one class (scikit-learn answers 0).
    ///
    /// - Source: scikit-learn 1.9 `matthews_corrcoef`; Gorodkin, J. (2004). Comparing two K-category assignments by a
    ///   K-category correlation coefficient. Computational Biology and Chemistry 28, 367–374. Interval: the jackknife's.
    package static func matthewsCorrelation(_ matrix: ClassMatrix) -> Estimate {
        jackknifed(matrix, least: -1) { matrix in
            let total = matrix.total
            // Pairs of different classes, summed: no difference of two large squares.
            var covariance = matrix.agreed * total
            var labelSpread = 0.0
            var predictionSpread = 0.0
            for index in 0..<matrix.classCount {
                let labelled = matrix.labelled(index)
                let predicted = matrix.predicted(index)
                covariance -= labelled * predicted
                labelSpread += labelled * max(0, total - labelled)
                predictionSpread += predicted * max(0, total - predicted)
            }
            guard labelSpread > 0, predictionSpread > 0 else { return nil }
            return covariance / (labelSpread.squareRoot() * predictionSpread.squareRoot())
        } undefined: {
            matrix.total > 0 ? "labels or predictions are all of one class" : noRows(matrix)
        }
    }

    private static func jackknifed(
        _ matrix: ClassMatrix, least: Double, _ measure: (ClassMatrix) -> Double?, undefined: () -> String
    ) -> Estimate {
        guard let value = measure(matrix) else { return Estimate(undefined: undefined()) }
        return JackknifeInterval.estimate(matrix, value: value, least: least, measure)
    }

    private static func noRows(_ matrix: ClassMatrix) -> String {
        matrix.rowCount == 0 ? "no row has both a label and a prediction" : "the weights sum to 0"
    }
}
