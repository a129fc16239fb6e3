/// One tree of decisions on bins, with a number at each leaf.
struct RegressionTree: Sendable {
    struct Split: Sendable {
        let feature: Int
        /// Bins up to this one go left.
        let bin: UInt8
        let missingBin: UInt8?
        let missingGoesLeft: Bool
        /// Where to go on: a split, or a leaf as its complement.
        var left: Int
        var right: Int

        @inline(__always) func goesLeft(_ value: UInt8) -> Bool {
            value == missingBin ? missingGoesLeft : value <= bin
        }
    }

    var splits: [Split] = []
    var leaves: [Double]

    /// - Complexity: O(depth).
    func value(ofRow row: Int, in rows: BinnedRows) -> Double {
        guard !splits.isEmpty else { return leaves[0] }
        var node = 0
        while node >= 0 {
            let split = splits[node]
            node = split.goesLeft(rows.bins[split.feature * rows.count + row]) ? split.left : split.right
        }
        return leaves[~node]
    }
}
