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
    package static let lanes = 32

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
        var hasMissing = false
        var codes = [Int16](repeating: 0, count: stride * matrix.featureCount)
        matrix.values.withUnsafeBufferPointer { values in
            codes.withUnsafeMutableBufferPointer { codes in
                for (feature, ranks) in thresholds.enumerated() where !ranks.isEmpty {
                    let column = feature * matrix.rowCount
                    ranks.withUnsafeBufferPointer { ranks in
                        for (place, row) in rows.enumerated() {
                            let code = Self.code(values[column + row], ranks)
                            codes[feature * stride + place] = code
                            hasMissing = hasMissing || code == Self.missing
                        }
                    }
                }
            }
        }
        self.codes = codes
        self.hasMissing = hasMissing
    }

    @inline(__always) private static func code(_ value: Double, _ ranks: UnsafeBufferPointer<Double>) -> Int16 {
        if value.isNaN { return missing }
        // The first threshold that is not below the value, without a branch that a processor could guess wrongly.
        var low = 0
        var count = ranks.count
        while count > 1 {
            let half = count >> 1
            low = ranks[low + half - 1] < value ? low + half : low
            count -= half
        }
        if ranks[low] < value { low += 1 }
        return Int16(truncatingIfNeeded: low)
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
