/// How often a random division of the rows of both samples shows a total variation distance as large as theirs.
package enum VariationPermutation {
    /// The p-value of Evidently 0.7.21's `TVD`: 1,000 divisions drawn by numpy's legacy generator from seed 0, which
    /// depend on the order of the rows.
    ///
    /// Distances are compared as whole numbers. Evidently compares rounded ones, whose sums depend on the order in which
    /// Python lists the categories, so its p-value can differ where divisions tie with the observed distance.
    ///
    /// - Parameters:
    ///   - reference: one code a row, from 0, in the order of the rows.
    ///   - codeCount: above every code.
    /// - Complexity: O((n + m) · 1,000).
    package static func pValue(reference: [Int32], current: [Int32], codeCount: Int) -> Double {
        let pooled = reference + current
        let n = reference.count
        let m = current.count
        var totals = [Int](repeating: 0, count: codeCount)
        for code in pooled { totals[Int(code)] += 1 }
        /// `Σ |r m − c n|`, twice the distance times `n m`.
        func distance(_ counts: [Int]) -> Int {
            zip(counts, totals).reduce(0) { $0 + abs($1.0 * m - ($1.1 - $1.0) * n) }
        }
        var counts = [Int](repeating: 0, count: codeCount)
        for code in reference { counts[Int(code)] += 1 }
        let observed = distance(counts)
        var generator = MersenneTwister(seed: 0)
        var reached = 0
        let draws = 1_000
        for _ in 0..<draws {
            var order = (0..<Int32(pooled.count)).map { $0 }
            generator.shuffle(&order)
            for index in counts.indices { counts[index] = 0 }
            for row in order[..<n] { counts[Int(pooled[Int(row)])] += 1 }
            if distance(counts) >= observed { reached += 1 }
        }
        return Double(reached) / Double(draws)
    }
}
