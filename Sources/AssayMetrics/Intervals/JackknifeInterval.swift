import AssayTerms

/// The interval of a smooth function of a counted confusion matrix.
package enum JackknifeInterval {
    /// Fewer rows than this tell too little of the measure's variance.
    package static let minimumRowCount = 30
    /// Leaving one row out is evaluated once a cell, so that the work grows with the fourth power of the classes.
    package static let classLimit = 32

    /// The delete-one jackknife over rows: rows of one cell are the same row, so it is exact with one evaluation a cell,
    /// `V = (n − 1) / n · Σ c (θ₋ − θ̄)²`. The interval stands on the logit scale of `(θ − least) / (1 − least)`, since on the
    /// plain scale it leaves the range and covers too rarely near its ends.
    ///
    /// `nil` for weighted rows, below `minimumRowCount` rows, beyond `classLimit` classes, at either end of the range, where
    /// the measure is undefined once a row is left out, and where the variance is 0.
    ///
    /// - Source: Miller, R. G. (1974). The jackknife: a review. Biometrika 61, 1–15; Efron, B. and Stein, C. (1981). The
    ///   jackknife estimate of variance. Annals of Statistics 9, 586–596.
    static func estimate(
        _ matrix: ClassMatrix, value: Double, least: Double, _ measure: (ClassMatrix) -> Double?
    ) -> Estimate {
        Estimate(value, error: error(matrix, value: value, least: least, measure), method: "jackknife-logit")
    }

    private static func error(
        _ matrix: ClassMatrix, value: Double, least: Double, _ measure: (ClassMatrix) -> Double?
    ) -> SamplingError? {
        guard !matrix.isWeighted, matrix.rowCount >= minimumRowCount, matrix.classCount <= classLimit else { return nil }
        let share = (value - least) / (1 - least)
        guard share > 0, share < 1 else { return nil }
        let rows = matrix.total
        var mean = 0.0
        var left: [(count: Double, value: Double)] = []
        for label in 0..<matrix.classCount {
            for prediction in 0..<matrix.classCount where matrix[label, prediction] > 0 {
                let count = matrix[label, prediction]
                guard let other = measure(matrix.removingOne(label: label, prediction: prediction)) else { return nil }
                left.append((count, other))
                mean += count * other
            }
        }
        mean /= rows
        var squares = 0.0
        for entry in left { squares += entry.count * (entry.value - mean) * (entry.value - mean) }
        return SamplingError(
            deviation: ((rows - 1) / rows * squares).squareRoot(), scale: .logit(least: least), rows: matrix.rowCount)
    }
}
