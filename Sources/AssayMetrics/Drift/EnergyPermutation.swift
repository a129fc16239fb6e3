/// The energy distance of two samples of points, and how often a random division of the points shows as large a one: a
/// test that any change of the joint distribution moves.
package enum EnergyPermutation {
    /// - Parameters:
    ///   - points: row by row, `width` coordinates each; the first `referenceCount` rows are the reference.
    ///   - draws: random divisions; the p-value is `(1 + reached) / (1 + draws)`, which keeps its level exactly.
    /// - Returns: `√(2 E|X − Y| − E|X − X'| − E|Y − Y'|)`, the square root of the V-statistic, and the p-value.
    /// - Precondition: at least two rows in each sample.
    /// - Complexity: O(rows² · (width + draws)); memory O(rows²).
    /// - Source: Székely, G. J. and Rizzo, M. L. (2013). Energy statistics. Journal of Statistical Planning and Inference
    ///   143, 1249–1272; the p-value's form from Phipson, B. and Smyth, G. K. (2010), SAGMB 9(1), article 39.
    package static func test(
        points: [Double], width: Int, referenceCount n: Int, draws: Int, seed: UInt64
    ) -> (distance: Double, pValue: Double) {
        precondition(width > 0 && points.count.isMultiple(of: width), "points have one width")
        let total = points.count / width
        precondition(n > 1 && total - n > 1 && draws > 0, "too few rows")
        // Rows of the lower triangle, one after another.
        var distances: [Double] = []
        distances.reserveCapacity(total * (total - 1) / 2)
        for row in 0..<total {
            for other in 0..<row {
                var sum = 0.0
                for axis in 0..<width {
                    let gap = points[row * width + axis] - points[other * width + axis]
                    sum += gap * gap
                }
                distances.append(sum.squareRoot())
            }
        }
        var signs = (0..<total).map { $0 < n ? 1 / Double(n) : -1 / Double(total - n) }
        // −Σ aᵢ aⱼ |xᵢ − xⱼ| with a = 1/n and −1/m is the squared distance.
        let observed = squared(distances, signs)
        var generator = SplitMix64(seed: seed)
        var reached = 0
        for _ in 0..<draws {
            signs.shuffle(using: &generator)
            // Divisions that tie with the observed one may differ from it by rounding.
            if squared(distances, signs) >= observed - 1e-12 * abs(observed) { reached += 1 }
        }
        return (max(0, observed).squareRoot(), Double(1 + reached) / Double(1 + draws))
    }

    private static func squared(_ distances: [Double], _ signs: [Double]) -> Double {
        var sum = 0.0
        var place = 0
        for row in signs.indices {
            var own = 0.0
            for other in 0..<row {
                own += signs[other] * distances[place]
                place += 1
            }
            sum += signs[row] * own
        }
        return -2 * sum
    }
}
