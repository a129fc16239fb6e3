/// Equally wide bins by Sturges' rule, which move with the data they are made from.
package enum SturgesBins {
    /// The edges for `count` values from `least` to `greatest`, `count` repeats included.
    ///
    /// Definition: width `(greatest − least) / (log₂ count + 1)`, for whole numbers at least 1; as many bins as cover the
    /// range, spaced evenly. Values that are all equal get one bin of width 1 around them.
    ///
    /// - Precondition: `count > 0` and `least ≤ greatest`, both finite.
    /// - Source: numpy 2.4.6 `histogram_bin_edges(bins="sturges")`.
    package static func edges(least: Double, greatest: Double, count: Int, areWhole: Bool) -> [Double] {
        precondition(count > 0 && least <= greatest, "bins need values")
        var first = least
        var last = greatest
        var width = (greatest - least) / (binaryLogarithm(count) + 1)
        if areWhole, width < 1 { width = 1 }
        if first == last {
            first -= 0.5
            last += 0.5
        }
        // The smallest numbers divide to a width of 0; numpy makes one bin then.
        let bins = greatest > least && width > 0 ? max(1, Int(((last - first) / width).rounded(.up))) : 1
        let step = (last - first) / Double(bins)
        var edges = (0...bins).map { Double($0) * step + first }
        edges[bins] = last
        return edges
    }

    /// Exact for powers of two, which decide the number of bins.
    private static func binaryLogarithm(_ count: Int) -> Double {
        let power = count.trailingZeroBitCount
        if count == 1 << power { return Double(power) }
        return naturalLogarithm(Double(count)) / 0.693_147_180_559_945_3
    }

    /// How many rows of each sample lie in each bin: from its left edge up to and without the right one, which only the
    /// last includes.
    ///
    /// - Complexity: O(distinct values + bins).
    package static func counts(_ sample: PooledSample, edges: [Double]) -> CellCounts {
        var reference = [Int](repeating: 0, count: edges.count - 1)
        var current = reference
        var bin = 0
        for (index, value) in sample.values.enumerated() {
            while bin < edges.count - 2, value >= edges[bin + 1] { bin += 1 }
            guard value >= edges[bin], value <= edges[edges.count - 1] else { continue }
            reference[bin] += sample.reference[index]
            current[bin] += sample.current[index]
        }
        return CellCounts(reference: reference, current: current)
    }

    /// The same of rows in any order: a bin is guessed from the even spacing and put right by the edges themselves.
    ///
    /// - Complexity: O(n + bins).
    package static func counts(reference: [Double], current: [Double], edges: [Double]) -> CellCounts {
        CellCounts(reference: counts(reference, edges: edges), current: counts(current, edges: edges))
    }

    private static func counts(_ rows: [Double], edges: [Double]) -> [Int] {
        let last = edges.count - 2
        var counts = [Int](repeating: 0, count: edges.count - 1)
        let first = edges[0]
        let greatest = edges[last + 1]
        // Halves, since the range of finite numbers need not be finite.
        let scale = Double(last + 1) / (greatest / 2 - first / 2)
        let isUsable = scale.isFinite
        for value in rows where value >= first && value <= greatest {
            let guess = isUsable ? (value / 2 - first / 2) * scale : 0
            var bin = min(last, Int(guess))
            while bin > 0, value < edges[bin] { bin &-= 1 }
            while bin < last, value >= edges[bin &+ 1] { bin &+= 1 }
            counts[bin] &+= 1
        }
        return counts
    }
}
