/// Rows' values as ranks among an ensemble's thresholds: 16-bit comparisons of eight rows at once in place of doubles.
///
/// The code of x is the number of the feature's distinct thresholds below x, so `x ≤ thresholds[i]` is `code ≤ i` exactly. A missing value is
/// ``missing``, which is above every rank. Features with categories keep their rank by the category itself.
///
/// - Complexity: O(rows × features × log thresholds).
package struct RankCodes: Sendable {
    package static let missing = Int16.max
    /// More distinct thresholds than this do not fit; ``TreeGroups`` splits an ensemble so that they do.
    package static let limit = Int(Int16.max) - 1

    /// Rows that are compared at once at most.
    package static let lanes = 64

    package let rowCount: Int
    /// Rows by feature, rounded up to a multiple of ``lanes``; codes of rows that are not there are 0.
    package let stride: Int
    package let codes: [Int16]
    /// Whether any of the coded values is missing.
    package let hasMissing: Bool

    package init(_ matrix: FeatureMatrix, _ thresholds: [[Double]], rows: Range<Int>) {
        rowCount = rows.count
        let stride = (rows.count + Self.lanes - 1) & ~(Self.lanes - 1)
        self.stride = stride
        let count = rows.count
        var hasMissing = false
        codes = [Int16](unsafeUninitializedCapacity: stride * matrix.featureCount) { codes, initialized in
            codes.initialize(repeating: 0)
            matrix.values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress, let codes = codes.baseAddress else { return }
                for (feature, ranks) in thresholds.enumerated() where !ranks.isEmpty {
                    let column = values + feature * matrix.rowCount + rows.lowerBound
                    ranks.withUnsafeBufferPointer { ranks in
                        guard let start = ranks.baseAddress else { return }
                        if Self.look(up: column, count, among: start, ranks.count, codes: codes + feature * stride) { hasMissing = true }
                    }
                }
            }
            initialized = stride * matrix.featureCount
        }
        self.hasMissing = hasMissing
    }

    /// Pairs of values that are looked up beside each other: each halving waits for the one before, those of other values do not.
    private static let pairs = 8

    /// Writes the code of each value.
    ///
    /// - Returns: whether one of them is missing.
    private static func look(
        up values: UnsafePointer<Double>, _ count: Int, among ranks: UnsafePointer<Double>, _ total: Int, codes: UnsafeMutablePointer<Int16>
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: pairs) { taken in
            withUnsafeTemporaryAllocation(of: SIMD2<Int64>.self, capacity: pairs) { lows in
                guard let taken = taken.baseAddress, let lows = lows.baseAddress else { return false }
                var hasMissing = false
                for first in Swift.stride(from: 0, to: count, by: pairs * 2) {
                    let width = min(pairs * 2, count - first)
                    for pair in 0..<pairs {
                        taken[pair] = SIMD2(
                            pair * 2 < width ? values[first + pair * 2] : 0, pair * 2 + 1 < width ? values[first + pair * 2 + 1] : 0)
                    }
                    look(up: taken, among: ranks, total, lows)
                    for place in 0..<width {
                        let isMissing = values[first + place].isNaN
                        codes[first + place] = isMissing ? missing : Int16(truncatingIfNeeded: lows[place >> 1][place & 1])
                        hasMissing = hasMissing || isMissing
                    }
                }
                return hasMissing
            }
        }
    }

    /// The first threshold that is not below each value. Comparisons are of vectors, which no compiler turns into branches that a processor could
    /// guess wrongly; with a missing value they are false.
    @inline(__always) private static func look(
        up values: UnsafePointer<SIMD2<Double>>, among ranks: UnsafePointer<Double>, _ total: Int, _ lows: UnsafeMutablePointer<SIMD2<Int64>>
    ) {
        for pair in 0..<pairs { lows[pair] = .zero }
        var count = total
        while count > 1 {
            let half = count >> 1
            let step = SIMD2<Int64>(repeating: Int64(half))
            let middle = ranks + (half &- 1)
            for pair in 0..<pairs { lows[pair] &+= step & below(middle, lows[pair], values[pair]) }
            count -= half
        }
        // All bits are -1.
        for pair in 0..<pairs { lows[pair] &-= below(ranks, lows[pair], values[pair]) }
    }

    /// All bits of a lane where the threshold at its place is below the value.
    @inline(__always) private static func below(_ ranks: UnsafePointer<Double>, _ places: SIMD2<Int64>, _ values: SIMD2<Double>) -> SIMD2<Int64> {
        let found = SIMD2(ranks[Int(places[0])], ranks[Int(places[1])])
        return unsafeBitCast(found .< values, to: SIMD2<Int64>.self)
    }

    /// The place of a threshold among a feature's.
    package static func rank(of threshold: Double, in ranks: [Double]) -> Int {
        var low = 0
        var high = ranks.count
        while low < high {
            let middle = (low + high) / 2
            if ranks[middle] < threshold { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
