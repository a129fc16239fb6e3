import AssayTerms

/// Rows cut up in two ways: how often each pair of parts meets.
package struct Partition: Sendable {
    private var counts: [UInt64: Int] = [:]
    private var first: [Int32: Int] = [:]
    private var second: [Int32: Int] = [:]
    package private(set) var rowCount = 0

    package init() {}

    /// Codes of both cuts; rows below 0 in either are left out.
    package mutating func add(_ left: [Int32], _ right: [Int32]) {
        precondition(left.count == right.count, "both cuts are of the same rows")
        for row in left.indices where left[row] >= 0 && right[row] >= 0 {
            counts[UInt64(UInt32(bitPattern: left[row])) << 32 | UInt64(UInt32(bitPattern: right[row])), default: 0] += 1
            first[left[row], default: 0] += 1
            second[right[row], default: 0] += 1
            rowCount += 1
        }
    }

    /// Rows in part `left` of the first cut and `right` of the second.
    package func count(_ left: Int32, _ right: Int32) -> Int {
        counts[UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))] ?? 0
    }

    package func first(_ part: Int32) -> Int { first[part] ?? 0 }
    package func second(_ part: Int32) -> Int { second[part] ?? 0 }

    /// How often both cuts agree about a pair of rows, beyond chance: at most 1, about 0 for cuts that know nothing of each
    /// other. Undefined with fewer than two rows. Whole numbers until the last division.
    ///
    /// - Source: Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193–218, equation 5;
    ///   scikit-learn 1.9 `adjusted_rand_score`.
    package var adjustedRand: Estimate {
        guard rowCount > 1 else { return Estimate(undefined: "fewer than two rows are in a cluster of both") }
        func pairs(_ counts: some Sequence<Int>) -> Int128 { counts.reduce(0) { $0 + Int128($1) * Int128($1 - 1) } }
        let together = pairs(counts.values)
        let onlyFirst = pairs(first.values) - together
        let onlySecond = pairs(second.values) - together
        let apart = Int128(rowCount) * Int128(rowCount - 1) - together - onlyFirst - onlySecond
        if onlyFirst == 0, onlySecond == 0 { return Estimate(1) }
        // Both sides are the same for every order of the parts; the products stay below 2¹²⁷ up to 10⁹ rows.
        let above = 2 * (together * apart - onlyFirst * onlySecond)
        let below = (together + onlyFirst) * (onlyFirst + apart) + (together + onlySecond) * (onlySecond + apart)
        return Estimate(Double(above) / Double(below))
    }

    /// The least, over parts of the first cut and groups of the second, of a group's share within the part over its share of
    /// all rows or the inverse, whichever is up to 1: 0...1, 1 where every part has the composition of the whole.
    ///
    /// - Source: Bera, S. K. et al. (2019). Fair algorithms for clustering. NeurIPS, section 2, the balance of a cluster.
    package var balance: Estimate {
        guard rowCount > 0, second.count > 1 else { return Estimate(undefined: "fewer than two groups are in clusters") }
        var least = 1.0
        for (part, size) in first {
            for (group, whole) in second {
                let ratio = Double(count(part, group)) * Double(rowCount) / (Double(size) * Double(whole))
                least = min(least, ratio > 1 ? 1 / ratio : ratio)
            }
        }
        return Estimate(least)
    }
}
