import AssayTerms

/// The interval of a smooth function of a confusion matrix.
package enum JackknifeInterval {
    /// Fewer rows than this tell too little of the measure's variance.
    package static let minimumRowCount = 30
    /// Leaving one row out is evaluated once a cell, so that the work grows with the fourth power of the classes.
    package static let classLimit = 32

    /// The delete-one jackknife over rows: rows of one cell are the same row, so it is exact with one evaluation a cell,
    /// `V = (n − 1) / n · Σ c (θ₋ − θ̄)²`. The interval stands on the logit scale of `(θ − least) / (1 − least)`, since on the
    /// plain scale it leaves the range and covers too rarely near its ends.
    ///
    /// Of weighted rows the infinitesimal jackknife: a row of weight w in cell c changes the measure by w ∂θ/∂c, so
    /// `V = n / (n − 1) · Σ (Σ w² of the cell) (∂θ/∂c)²`, derivatives by central differences of 10⁻⁴ of a cell. No measure
    /// changes where all weights grow alike, so the changes have mean 0. n is the effective number of rows.
    ///
    /// `nil` below `minimumRowCount` rows, effective ones of weighted rows, beyond `classLimit` classes, at either end of the
    /// range, where the measure is undefined once a row is left out, and where the variance is 0.
    ///
    /// - Source: Miller, R. G. (1974). The jackknife: a review. Biometrika 61, 1–15; Efron, B. and Stein, C. (1981). The
    ///   jackknife estimate of variance. Annals of Statistics 9, 586–596; of weighted rows Jaeckel, L. A. (1972), The
    ///   infinitesimal jackknife, Bell Laboratories memorandum, and Efron, B. (1982),
    ///   The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6.
    static func estimate(
        _ matrix: ClassMatrix, value: Double, least: Double, _ measure: (ClassMatrix) -> Double?
    ) -> Estimate {
        Estimate(value, error: error(matrix, value: value, least: least, measure), method: "jackknife-logit")
    }

    private static func error(
        _ matrix: ClassMatrix, value: Double, least: Double, _ measure: (ClassMatrix) -> Double?
    ) -> SamplingError? {
        guard matrix.classCount <= classLimit else { return nil }
        if matrix.isWeighted { return weightedError(matrix, value: value, least: least, measure) }
        guard matrix.rowCount >= minimumRowCount else { return nil }
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

    private static func weightedError(
        _ matrix: ClassMatrix, value: Double, least: Double, _ measure: (ClassMatrix) -> Double?
    ) -> SamplingError? {
        guard let squares = matrix.squares else { return nil }
        let share = (value - least) / (1 - least)
        let total = matrix.total
        let squareTotal = squares.reduce(0, +)
        guard share > 0, share < 1, total > 0, squareTotal > 0 else { return nil }
        let effective = total * total / squareTotal
        guard effective >= Double(minimumRowCount) else { return nil }
        var variance = 0.0
        for label in 0..<matrix.classCount {
            for prediction in 0..<matrix.classCount where matrix[label, prediction] > 0 {
                let step = derivativeStep
                guard let more = measure(matrix.adding(step, label: label, prediction: prediction)),
                    let less = measure(matrix.adding(-step, label: label, prediction: prediction))
                else { return nil }
                let derivative = (more - less) / (2 * step * matrix[label, prediction])
                variance += squares[label * matrix.classCount + prediction] * derivative * derivative
            }
        }
        return SamplingError(
            deviation: (effective / (effective - 1) * variance).squareRoot(), scale: .logit(least: least), rows: Int(effective))
    }

    private static let derivativeStep = 1e-4
}
