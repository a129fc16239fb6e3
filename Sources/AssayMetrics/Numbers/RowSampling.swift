/// Rows chosen by chance and a seed.
package enum RowSampling {
    /// `count` of the rows `0..<total` in ascending order, every set of them as likely as every other; all where there are no
    /// more.
    ///
    /// - Complexity: O(total).
    /// - Source: Knuth, D. E. (1997). The Art of Computer Programming 2, 3rd edition, algorithm 3.4.2 S.
    package static func rows(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix64(seed: seed)
        var chosen: [Int] = []
        chosen.reserveCapacity(min(count, total))
        for row in 0..<total where generator.nextUnit() * Double(total - row) < Double(count - chosen.count) { chosen.append(row) }
        return chosen
    }
}
