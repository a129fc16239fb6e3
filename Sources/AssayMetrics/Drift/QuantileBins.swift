/// Bins fixed once from a reference, so that a distance over them means the same for every later batch.
package struct QuantileBins: Hashable, Sendable {
    /// Ascending and distinct. Bin `i` holds the values above `edges[i − 1]` and up to `edges[i]`; the first is open
    /// below, the last open above.
    package let edges: [Double]

    package init(edges: [Double]) {
        precondition(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }, "edges must be ascending and distinct")
        self.edges = edges
    }

    package var count: Int { edges.count + 1 }

    /// The inner edges are the reference's `1/count … (count − 1)/count` quantiles (the least value whose share at or
    /// below reaches it); equal ones and one at the greatest value are left out, so no bin is empty in the reference.
    ///
    /// - Parameters:
    ///   - values: distinct, ascending.
    ///   - counts: how often the reference has each; 0 is allowed.
    /// - Precondition: `count > 1`.
    package init(values: [Double], counts: [Int], count: Int) {
        precondition(count > 1, "one bin shows no difference")
        let total = counts.reduce(0, +)
        var edges: [Double] = []
        var before = 0
        var next = 1
        for (value, rows) in zip(values, counts) where rows > 0 {
            before += rows
            var reached = false
            while next < count, before * count >= next * total {
                next += 1
                reached = true
            }
            if reached, before < total { edges.append(value) }
        }
        self.edges = edges
    }

    /// How many rows of each sample lie in each bin.
    ///
    /// - Complexity: O(distinct values + bins).
    package func counts(_ sample: PooledSample) -> CellCounts {
        var reference = [Int](repeating: 0, count: count)
        var current = reference
        var bin = 0
        for (index, value) in sample.values.enumerated() {
            while bin < edges.count, value > edges[bin] { bin += 1 }
            reference[bin] += sample.reference[index]
            current[bin] += sample.current[index]
        }
        return CellCounts(reference: reference, current: current)
    }
}
