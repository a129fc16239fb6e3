/// The distribution of the two-sample Kolmogorov-Smirnov distance where values are tied: that of all divisions of these very
/// values into two samples of these sizes.
///
/// Between tied rows the two distribution functions are not compared, so the distance is smaller than among rows that all
/// differ, and the p-value of such rows too large.
enum TiedKolmogorov {
    /// Steps beyond which nothing is computed.
    private static let stepLimit = 50_000_000
    /// What is smaller than this is lost to rounding.
    private static let least = 1e-9

    /// How often a division is `largest` or more away from equality somewhere.
    ///
    /// Definition: over the distinct values in order, the number of reference rows among the rows so far is a chain whose steps
    /// are binomial, held to end with all reference rows; what of it stays inside the border at every value is added up.
    ///
    /// - Parameters:
    ///   - ties: how many rows have each distinct value, in the order of the values.
    ///   - largest: the distance in steps of one over the least common multiple of the sizes.
    /// - Returns: `nil` where it is below 1e-9, or would take more than 50,000,000 steps.
    /// - Complexity: O(distinct values × width of the border × rows of a value, or the width).
    /// - Source: Schröer, G. and Trenkler, D. (1995), Exact and randomization distributions of Kolmogorov-Smirnov tests for two
    ///   or three samples, Computational Statistics & Data Analysis 20, 185–202.
    static func upperTail(ties: [Int], referenceCount n: Int, currentCount m: Int, largest: Int) -> Double? {
        let divisor = KolmogorovSmirnov.greatestCommonDivisor(n, m)
        let (forReference, forCurrent) = (m / divisor, n / divisor)
        let share = Double(n) / Double(n + m)
        var inside = [1.0]
        var first = 0
        var rows = 0
        var steps = 0
        for tied in ties {
            rows += tied
            // s m − (rows − s) n, by the divisor, is less than `largest` away from 0.
            let centre = rows * forCurrent
            let unit = forReference + forCurrent
            let low = max(0, rows - m, floorDivide(centre - largest, unit) + 1)
            let high = min(n, rows, -floorDivide(-(centre + largest), unit) - 1)
            guard low <= high else { return 1 }
            steps += inside.count * min(tied + 1, high - low + 1)
            guard steps <= stepLimit else { return nil }
            let kernel = binomial(tied, share)
            var next = [Double](repeating: 0, count: high - low + 1)
            for (place, weight) in inside.enumerated() where weight > 0 {
                let from = first + place
                let (lowest, highest) = (max(low, from), min(high, from + tied))
                guard lowest <= highest else { continue }
                for target in lowest...highest { next[target - low] += weight * kernel[target - from] }
            }
            (inside, first) = (next, low)
        }
        let end = n - first
        guard inside.indices.contains(end) else { return 1 }
        let outside = 1 - inside[end] / binomial(n + m, share)[n]
        return outside < least ? nil : min(1, outside)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    /// The binomial distribution of `count` trials, from its mode on both ways.
    private static func binomial(_ count: Int, _ share: Double) -> [Double] {
        var weights = [Double](repeating: 0, count: count + 1)
        let mode = min(count, Int(Double(count + 1) * share))
        weights[mode] = 1
        let odds = share / (1 - share)
        for index in stride(from: mode + 1, through: count, by: 1) {
            weights[index] = weights[index - 1] * Double(count - index + 1) / Double(index) * odds
        }
        for index in stride(from: mode - 1, through: 0, by: -1) {
            weights[index] = weights[index + 1] * Double(index + 1) / Double(count - index) / odds
        }
        let total = blockedSum(of: weights)
        return weights.map { $0 / total }
    }
}
