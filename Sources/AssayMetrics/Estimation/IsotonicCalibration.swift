/// A map from scores to probabilities that never falls: the isotonic regression of labels on scores, with straight lines
/// between its points.
package struct IsotonicCalibration: Sendable {
    /// Scores nearer than this are one score, as their difference is rounding.
    private static let resolution = 1e-15

    /// Ascending; where the fitted probability changes, and both ends.
    package let scores: [Double]
    /// One for each score, not falling.
    package let probabilities: [Double]

    /// Pools adjacent violators: neighbouring scores whose shares of positives fall are put together until none falls.
    ///
    /// - Parameters:
    ///   - scores: ascending, finite, one a row.
    ///   - labels: 1 for a positive row, 0 for another.
    /// - Precondition: there is a row, and as many labels as scores.
    /// - Complexity: O(n). All sums are of whole numbers, so rows of one score may stand in any order.
    /// - Source: scikit-learn 1.9.1 `IsotonicRegression(out_of_bounds="clip")`; Barlow, R. E. et al. (1972), Statistical
    ///   Inference under Order Restrictions, section 1.2.
    package init(scores: [Double], labels: [UInt8]) {
        precondition(!scores.isEmpty && scores.count == labels.count, "a calibration needs a label for every score")
        var values: [Double] = []
        // Blocks of pooled scores: positives, rows, and the number of distinct scores in each.
        var blocks: [(positives: Int, rows: Int, width: Int)] = []
        var row = 0
        while row < scores.count {
            let value = scores[row]
            var block = (positives: 0, rows: 0, width: 1)
            while row < scores.count, scores[row] - value < Self.resolution {
                block.positives += Int(labels[row])
                block.rows += 1
                row += 1
            }
            values.append(value)
            // Shares are compared as products of counts, without rounding.
            while let last = blocks.last, last.positives * block.rows >= block.positives * last.rows {
                block = (last.positives + block.positives, last.rows + block.rows, last.width + block.width)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        var kept: (scores: [Double], probabilities: [Double]) = ([], [])
        var first = 0
        for block in blocks {
            let share = Double(block.positives) / Double(block.rows)
            for index in Set([first, first + block.width - 1]).sorted() {
                kept.scores.append(values[index])
                kept.probabilities.append(share)
            }
            first += block.width
        }
        (self.scores, probabilities) = kept
    }

    /// One that was made before, from its points.
    ///
    /// - Returns: `nil` where scores do not ascend or probabilities fall or lie outside 0...1.
    package init?(scores: [Double], probabilities: [Double]) {
        guard !scores.isEmpty, scores.count == probabilities.count, scores.allSatisfy(\.isFinite),
            zip(scores, scores.dropFirst()).allSatisfy({ $0 < $1 }), zip(probabilities, probabilities.dropFirst()).allSatisfy({ $0 <= $1 }),
            probabilities.allSatisfy({ (0...1).contains($0) })
        else { return nil }
        (self.scores, self.probabilities) = (scores, probabilities)
    }

    /// The same of rows in any order.
    ///
    /// - Complexity: O(n log n).
    package init(unsorted scores: [Double], labels: [UInt8]) {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        self.init(scores: order.map { scores[$0] }, labels: order.map { labels[$0] })
    }

    /// Beyond the ends that of the nearest end.
    ///
    /// - Complexity: O(log points).
    package func probability(of score: Double) -> Double {
        let last = scores.count - 1
        guard score > scores[0] else { return probabilities[0] }
        guard score < scores[last] else { return probabilities[last] }
        var low = 0
        var high = last
        while high - low > 1 {
            let middle = (low + high) / 2
            if scores[middle] <= score { low = middle } else { high = middle }
        }
        let slope = (probabilities[high] - probabilities[low]) / (scores[high] - scores[low])
        return min(1, probabilities[low] + slope * (score - scores[low]))
    }
}
