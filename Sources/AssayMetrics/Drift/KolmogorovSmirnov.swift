/// The two-sample Kolmogorov-Smirnov test, two-sided.
package enum KolmogorovSmirnov {
    /// Up to this many rows on the larger side the p-value is exact.
    package static let exactLimit = 10_000

    package struct Answer: Hashable, Sendable {
        /// The largest difference of the two empirical distribution functions.
        package let distance: Double
        package let pValue: Double
        package let isExact: Bool
    }

    /// The distance and how often two samples of one continuous distribution are at least that far apart.
    ///
    /// Exact (by counting lattice paths) where both samples have at most 10,000 rows, else by the distribution of one
    /// sample of `n m / (n + m)` rows, rounded to even. With ties the p-value is an upper bound.
    ///
    /// - Parameter regardsTies: takes tied values into account where that does not take too long, and the p-value is no upper
    ///   bound then (``TiedKolmogorov``). scipy does not.
    /// - Returns: `nil` for an empty sample.
    /// - Complexity: O(distinct values), and O(n m) at most for an exact p-value of unequal sizes.
    /// - Source: Hodges, J. L. (1958), Arkiv för Matematik 3, 469–486; scipy 1.17.1 `stats.ks_2samp`.
    package static func test(_ sample: PooledSample, regardsTies: Bool = false) -> Answer? {
        let n = sample.referenceCount
        let m = sample.currentCount
        guard n > 0, m > 0 else { return nil }
        let divisor = greatestCommonDivisor(n, m)
        // In steps of 1 / lcm(n, m) the difference is a whole number.
        let referenceStep = m / divisor
        let currentStep = n / divisor
        var difference = 0
        var largest = 0
        for (r, c) in zip(sample.reference, sample.current) {
            difference += r * referenceStep - c * currentStep
            largest = max(largest, abs(difference))
        }
        let steps = Double(n / divisor) * Double(m)
        let distance = Double(largest) / steps
        guard largest > 0 else { return Answer(distance: 0, pValue: 1, isExact: true) }
        if regardsTies, sample.values.count < n + m,
            let tied = TiedKolmogorov.upperTail(
                ties: zip(sample.reference, sample.current).map { $0 + $1 }, referenceCount: n, currentCount: m, largest: largest)
        {
            return Answer(distance: distance, pValue: tied, isExact: true)
        }
        if max(n, m) <= exactLimit {
            let exact =
                n == m
                ? equalSizes(n, largest) : unequalSizes(larger: max(n, m), smaller: min(n, m), divisor, largest)
            if exact >= 0, exact <= 1 { return Answer(distance: distance, pValue: exact, isExact: true) }
        }
        let size = (Double(n) * Double(m) / Double(n + m)).rounded(.toNearestOrEven)
        return Answer(
            distance: distance, pValue: KolmogorovDistribution.upperTail(distance, n: max(1, Int(size))), isExact: false)
    }

    static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// `2 Σ (−1)^(i−1) C(2n, n − i h) / C(2n, n)`, nested so that nothing is subtracted that is nearly equal.
    private static func equalSizes(_ n: Int, _ h: Int) -> Double {
        var probability = 0.0
        for k in stride(from: n / h, through: 0, by: -1) {
            var factor = 1.0
            for j in 0..<h {
                factor *= Double(n - k * h - j) / Double(n + k * h + j + 1)
            }
            probability = factor * (1 - probability)
        }
        return 2 * probability
    }

    /// The probability that a path from (0, 0) to (n, m) with steps to the right and up, all equally likely, somewhere is
    /// `h` or more steps away from the diagonal; built up cell by cell as the probability for the path that ends there.
    private static func unequalSizes(larger: Int, smaller: Int, _ divisor: Int, _ h: Int) -> Double {
        let m = larger / divisor
        let n = smaller / divisor
        // Cells at or beyond the border keep 1.
        var column = [Double](repeating: 1, count: smaller + 1)
        var first = 0
        var end = min((h + m - 1) / m, smaller + 1)
        for j in 0..<end { column[j] = 0 }
        for i in 1...larger {
            let lastFirst = first
            first = min(max(floorDivide(n * i - h, m) + 1, 0), smaller)
            end = min((n * i + h + m - 1) / m, smaller + 1)
            if end <= first { return 1 }
            for j in lastFirst..<max(first, lastFirst) { column[j] = 1 }
            var below = first == 0 ? 0.0 : 1.0
            for j in first..<end {
                below = (column[j] * Double(i) + below * Double(j)) / Double(i + j)
                column[j] = below
            }
        }
        return column[smaller]
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
