import AssayTerms

/// By how much the first of two models is better on the same rows; above 0 it is.
package enum PairedMeasures {
    /// The first model's accuracy minus the second's, `(b − c) / n` with `b` and `c` the rows that one of them alone predicts
    /// right, −1...1.
    ///
    /// - Source of the interval: Agresti, A. and Min, Y. (2005). Simple improved confidence intervals for comparing matched
    ///   proportions. Statistics in Medicine 24, 729–740: Wald's with half a row added to each of the four cells.
    package static func accuracyGain(_ state: PairedState) -> Estimate {
        guard state.rowCount > 0 else { return Estimate(undefined: noRows) }
        let rows = Double(state.rowCount)
        let first = Double(state.onlyFirst) + 0.5
        let second = Double(state.onlySecond) + 0.5
        let adjusted = rows + 2
        let centre = (first - second) / adjusted
        let deviation = (max(0, first + second - (first - second) * (first - second) / adjusted)).squareRoot() / adjusted
        let half = NormalDistribution.upperQuantile975 * deviation
        return Estimate(
            Double(state.onlyFirst - state.onlySecond) / rows,
            interval: Interval(
                low: max(-1, centre - half), high: min(1, centre + half), level: 0.95, method: "agresti-min"))
    }

    /// How likely so uneven a split of the rows that one model alone predicts right is, or a more uneven one, if both were
    /// equally good: McNemar's exact test, two-sided, 0...1. It is 1 where no row tells them apart.
    ///
    /// - Complexity: O(√rows).
    /// - Source: McNemar, Q. (1947). Psychometrika 12, 153–157, by the binomial distribution; equals scipy 1.17
    ///   `binomtest(b, b + c).pvalue`.
    package static func mcNemar(_ state: PairedState) -> Estimate {
        guard state.rowCount > 0 else { return Estimate(undefined: noRows) }
        let trials = state.onlyFirst + state.onlySecond
        let fewer = min(state.onlyFirst, state.onlySecond)
        guard 2 * fewer < trials else { return Estimate(1) }
        // Relative to the mode's probability, from the mode down: one half of a symmetric distribution.
        let mode = trials / 2
        var mass = 1.0
        var below = 0.0
        var tail = 0.0
        var count = mode
        while count >= 0, mass > 0 {
            if count < mode || trials % 2 == 1 { below += mass }
            if count <= fewer { tail += mass }
            mass *= Double(count) / Double(trials - count + 1)
            count -= 1
        }
        let total = 2 * below + (trials % 2 == 0 ? 1 : 0)
        return Estimate(min(1, 2 * tail / total))
    }

    /// The first model's area under the ROC curve minus the second's, −1...1.
    ///
    /// Interval: normal with the variance of DeLong, DeLong and Clarke-Pearson for correlated curves: that of the rows' own
    /// differences of placements. `nil` with fewer than two rows of a class or where the variance is 0.
    ///
    /// - Complexity: O(rows · log rows).
    /// - Source: DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Biometrics 44, 837–845.
    package static func areaGain(_ state: PairedState) -> Estimate {
        guard !state.positives.isEmpty, !state.negatives.isEmpty else {
            return Estimate(undefined: state.scoredRowCount == 0 ? noRows : "the labels are all of one class")
        }
        let first = gains(state.positives, state.negatives)
        let second = gains(state.negatives, state.positives).map { -$0 }
        let value = blockedSum(of: first) / Double(first.count)
        guard first.count > 1, second.count > 1 else { return Estimate(value) }
        let variance = spread(first) / Double(first.count) + spread(second) / Double(second.count)
        guard variance > 0 else { return Estimate(value) }
        let half = NormalDistribution.upperQuantile975 * variance.squareRoot()
        return Estimate(
            value, interval: Interval(low: max(-1, value - half), high: min(1, value + half), level: 0.95, method: "delong-paired"))
    }

    /// The second model's mean absolute error minus the first's.
    package static func absoluteErrorGain(_ state: PairedState) -> Estimate { mean(state.absoluteGains) }

    /// The second model's mean squared error minus the first's.
    package static func squaredErrorGain(_ state: PairedState) -> Estimate { mean(state.squaredGains) }

    private static let noRows = "no row has a label and both models' predictions"

    /// A mean of independent rows, with its normal interval from 30 rows on.
    private static func mean(_ gains: RegressionState.Spread) -> Estimate {
        guard gains.weight > 0 else { return Estimate(undefined: noRows) }
        guard gains.weight >= Double(JackknifeInterval.minimumRowCount) else { return Estimate(gains.mean) }
        let half =
            NormalDistribution.upperQuantile975 * (gains.squares / (gains.weight * (gains.weight - 1))).squareRoot()
        return Estimate(
            gains.mean,
            interval: Interval(low: gains.mean - half, high: gains.mean + half, level: 0.95, method: "normal-paired"))
    }

    /// Of each row, the share of others below it by the first model minus that by the second, ties half.
    private static func gains(
        _ rows: [(first: Double, second: Double)], _ others: [(first: Double, second: Double)]
    ) -> [Double] {
        let first = RankedScores.sorted(others.map { $0.first + 0 })
        let second = RankedScores.sorted(others.map { $0.second + 0 })
        let count = Double(2 * others.count)
        return rows.map { Double(below($0.first, first) - below($0.second, second)) / count }
    }

    /// Twice the number of sorted values below `score`, ties once.
    private static func below(_ score: Double, _ sorted: [Double]) -> Int {
        func first(_ holds: (Double) -> Bool) -> Int {
            var low = 0
            var high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        return first { $0 >= score } + first { $0 > score }
    }

    private static func spread(_ values: [Double]) -> Double {
        let mean = blockedSum(of: values) / Double(values.count)
        return blockedSum(of: values.map { ($0 - mean) * ($0 - mean) }) / Double(values.count - 1)
    }
}
