import AssayTerms

/// Whether a classifier can tell the rows of two samples apart.
package enum DomainClassifier {
    package static let folds = 5

    package struct Answer: Sendable {
        /// The area under the ROC curve, 0.5 where the samples cannot be told apart, with an interval.
        package let area: Estimate
        package let pValue: Double
    }

    /// Fits a logistic regression to all folds but one and ranks the rows of that one, for each of five folds; the area is
    /// the mean of the folds' areas, weighted by their pairs.
    ///
    /// The rows of each sample are dealt to the folds in turn, so their order decides the folds and nothing is drawn. Areas
    /// are taken fold by fold: scores of different folds come from different fits, and pooled they would be too low where
    /// nothing differs.
    ///
    /// p-value: how often the mean area is this large where rows are exchangeable, by the normal approximation with the
    /// variance `(m + n + 1) / (12 m n)` in each fold. Interval: DeLong's variances of the folds, on the logit scale; it
    /// takes the fits as given.
    ///
    /// - Parameter firstCount: rows of the first sample, which stand before those of the second.
    /// - Returns: `nil` where a sample has fewer than two rows for each fold.
    /// - Complexity: five fits and sorts.
    /// - Source: Lopez-Paz, D. and Oquab, M. (2017). Revisiting classifier two-sample tests. ICLR; with the area in place of
    ///   accuracy.
    package static func answer(_ table: SparseRows, firstCount: Int) -> Answer? {
        let counts = (firstCount, table.count - firstCount)
        guard counts.0 >= 2 * folds, counts.1 >= 2 * folds else { return nil }
        let labels = (0..<table.count).map { UInt8($0 < firstCount ? 0 : 1) }
        var parts: [(area: Double, variance: Double, chance: Double, pairs: Double)] = []
        for fold in 0..<folds {
            var training: [Int] = []
            var scores: (first: [Double], second: [Double]) = ([], [])
            func isHeldOut(_ row: Int) -> Bool { (row < firstCount ? row : row - firstCount) % folds == fold }
            for row in 0..<table.count where !isHeldOut(row) { training.append(row) }
            let weights = RidgeLogistic.fit(table, rows: training, labels: labels)
            for row in 0..<table.count where isHeldOut(row) {
                let score = RidgeLogistic.score(table, row: row, weights)
                if row < firstCount { scores.first.append(score) } else { scores.second.append(score) }
            }
            let (n, m) = (Double(scores.first.count), Double(scores.second.count))
            let (area, variance) = placements(scores.second, scores.first)
            parts.append((area, variance, (m + n + 1) / (12 * m * n), m * n))
        }
        let pairs = parts.reduce(0) { $0 + $1.pairs }
        var (area, variance, chance) = (0.0, 0.0, 0.0)
        for part in parts {
            let weight = part.pairs / pairs
            area += weight * part.area
            variance += weight * weight * part.variance
            chance += weight * weight * part.chance
        }
        var estimate = Estimate(area)
        if area > 0, area < 1, variance > 0 {
            let logit = naturalLogarithm(area / (1 - area))
            let half = NormalDistribution.upperQuantile975 * variance.squareRoot() / (area * (1 - area))
            estimate.interval = Interval(
                low: logistic(logit - half), high: logistic(logit + half), level: 0.95, method: "delong-folds")
        }
        return Answer(area: estimate, pValue: TailProbability.normal(above: (area - 0.5) / chance.squareRoot()))
    }

    /// The area and DeLong's variance of it.
    private static func placements(_ positives: [Double], _ negatives: [Double]) -> (area: Double, variance: Double) {
        func shares(_ own: [Double], _ others: [Double]) -> [Double] {
            let sorted = others.sorted()
            return own.map { value in
                let below = place(value, in: sorted) { $0 < $1 }
                let notAbove = place(value, in: sorted) { $0 <= $1 }
                return Double(below + notAbove) / Double(2 * sorted.count)
            }
        }
        func spread(_ shares: [Double]) -> Double {
            let mean = shares.reduce(0, +) / Double(shares.count)
            return shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count - 1) / Double(shares.count)
        }
        let own = shares(positives, negatives)
        return (own.reduce(0, +) / Double(own.count), spread(own) + spread(shares(negatives, positives)))
    }

    /// How many of the ascending values stand before `value`.
    private static func place(_ value: Double, in sorted: [Double], _ isBefore: (Double, Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(sorted[middle], value) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
