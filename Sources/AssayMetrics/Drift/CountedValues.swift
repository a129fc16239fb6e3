/// Distinct numbers, ascending, with how many rows have each.
package struct CountedValues: Hashable, Sendable {
    package let values: [Double]
    package let counts: [Int]
    package let total: Int

    /// - Precondition: `values` is ascending and distinct, every count is positive.
    package init(values: [Double], counts: [Int]) {
        precondition(values.count == counts.count, "each value has one count")
        precondition(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "values must be ascending and distinct")
        self.values = values
        self.counts = counts
        total = counts.reduce(0, +)
    }

    /// - Precondition: `sorted` is ascending, without NaN.
    /// - Complexity: O(n).
    package init(sorted: [Double]) {
        var values: [Double] = []
        var counts: [Int] = []
        for value in sorted {
            if values.last == value {
                counts[counts.count - 1] += 1
            } else {
                values.append(value)
                counts.append(1)
            }
        }
        self.values = values
        self.counts = counts
        total = sorted.count
    }

    package init(_ values: [Double]) { self.init(sorted: RadixSort.sorted(values)) }
}
