/// The empirical maximum mean discrepancy with a Gaussian kernel, and how often a random division of the rows shows as
/// large a one.
package enum MeanDiscrepancy {
    /// The kernel of all pairs is held in memory, so more rows than this in all are refused by the caller.
    package static let rowLimit = 4_000

    /// The discrepancy of Evidently 0.7.21's `empirical_mmd` (kernel without its diagonal, the width from the median
    /// distance within the reference), and its p-value over `draws` divisions.
    ///
    /// - Precondition: at least two rows in each sample and at most `rowLimit` in all.
    /// - Complexity: O((n + m)² · draws).
    /// - Source: Gretton, A. et al. (2012), JMLR 13, 723–773. The divisions are drawn from `seed`; Evidently draws from
    ///   numpy's global state, so its p-value changes from run to run and cannot be reproduced.
    package static func test(
        _ reference: [Double], _ current: [Double], draws: Int, seed: UInt64
    ) -> (discrepancy: Double, pValue: Double) {
        let n = reference.count
        let total = n + current.count
        precondition(n > 1 && current.count > 1 && total <= rowLimit, "too few or too many rows for a kernel")
        var distances: [Double] = []
        distances.reserveCapacity(n * n)
        for left in reference { for right in reference { distances.append((left - right) * (left - right)) } }
        let sorted = RadixSort.sorted(distances)
        // numpy's "nearest" rounds half to even.
        let median = sorted[Int((0.5 * Double(sorted.count - 1)).rounded(.toNearestOrEven))]
        let variance = median == 0 ? 0.5 : 0.5 * median
        let values = reference + current
        var kernel = [Double](repeating: 0, count: total * total)
        for row in 0..<total {
            for column in 0..<row {
                let gap = values[row] - values[column]
                let value = exponential(-gap * gap / (2 * variance))
                kernel[row * total + column] = value
                kernel[column * total + row] = value
            }
        }
        var order = Array(0..<total)
        let observed = discrepancy(kernel, order, n)
        var generator = SplitMix64(seed: seed)
        var reached = 0
        for _ in 0..<draws {
            order.shuffle(using: &generator)
            if observed <= discrepancy(kernel, order, n) { reached += 1 }
        }
        return (observed, Double(reached) / Double(draws))
    }

    private static func discrepancy(_ kernel: [Double], _ order: [Int], _ n: Int) -> Double {
        let total = order.count
        let m = total - n
        var isReference = [Bool](repeating: false, count: total)
        for row in order[..<n] { isReference[row] = true }
        var within = (reference: 0.0, current: 0.0)
        var across = 0.0
        for row in 0..<total {
            let own = isReference[row]
            var same = 0.0
            var other = 0.0
            for column in 0..<row {
                let value = kernel[row * total + column]
                if isReference[column] == own { same += value } else { other += value }
            }
            if own { within.reference += same } else { within.current += same }
            across += other
        }
        let inReference = 2 * within.reference / (Double(n) * Double(n - 1))
        let inCurrent = 2 * within.current / (Double(m) * Double(m - 1))
        return inReference + inCurrent - 2 * across / (Double(n) * Double(m))
    }
}
