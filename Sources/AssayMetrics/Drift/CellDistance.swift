/// Distances between the shares of two samples over cells.
package enum CellDistance {
    /// Each count over its sample's total.
    ///
    /// - Precondition: both totals are positive.
    package static func shares(_ cells: CellCounts) -> (reference: [Double], current: [Double]) {
        let referenceTotal = Double(cells.referenceTotal)
        let currentTotal = Double(cells.currentTotal)
        precondition(referenceTotal > 0 && currentTotal > 0, "an empty sample has no shares")
        return (cells.reference.map { Double($0) / referenceTotal }, cells.current.map { Double($0) / currentTotal })
    }

    /// The population stability index `Σ (r − c) ln(r / c)`.
    ///
    /// - Precondition: no share is 0.
    package static func psi(_ reference: [Double], _ current: [Double]) -> Double {
        var sum = 0.0
        for (r, c) in zip(reference, current) { sum += (r - c) * naturalLogarithm(r / c) }
        return sum
    }

    /// Kullback and Leibler's divergence `Σ r ln(r / c)` of shares brought to sum 1.
    ///
    /// - Returns: infinity where a cell has no share in `current` and some in `reference`.
    /// - Source: scipy 1.17.1 `stats.entropy`.
    package static func kullbackLeibler(_ reference: [Double], _ current: [Double]) -> Double {
        let referenceSum = reference.reduce(0, +)
        let currentSum = current.reduce(0, +)
        var sum = 0.0
        for (r, c) in zip(reference, current) { sum += relativeEntropy(r / referenceSum, c / currentSum) }
        return sum
    }

    /// Jensen and Shannon's distance in nats: the square root of the mean divergence of both from their mean.
    ///
    /// - Source: scipy 1.17.1 `spatial.distance.jensenshannon`.
    package static func jensenShannon(_ reference: [Double], _ current: [Double]) -> Double {
        let referenceSum = reference.reduce(0, +)
        let currentSum = current.reduce(0, +)
        var left = 0.0
        var right = 0.0
        for (r, c) in zip(reference, current) {
            let p = r / referenceSum
            let q = c / currentSum
            let m = (p + q) / 2
            left += relativeEntropy(p, m)
            right += relativeEntropy(q, m)
        }
        // Rounding can leave a sum a little below 0 for equal shares.
        return max(0, (left + right) / 2).squareRoot()
    }

    private static func relativeEntropy(_ p: Double, _ q: Double) -> Double {
        if p == 0 { return 0 }
        return q == 0 ? .infinity : p * naturalLogarithm(p / q)
    }

    /// Hellinger's distance `√(1 − Σ √(r c))`, 0 to 1.
    package static func hellinger(_ reference: [Double], _ current: [Double]) -> Double {
        var affinity = 0.0
        for (r, c) in zip(reference, current) { affinity += (r * c).squareRoot() }
        return (1 - min(1, affinity)).squareRoot()
    }

    /// The total variation distance `½ Σ |r − c|`: the largest difference of shares that any set of cells shows.
    package static func totalVariation(_ reference: [Double], _ current: [Double]) -> Double {
        var sum = 0.0
        for (r, c) in zip(reference, current) { sum += abs(r - c) }
        return sum / 2
    }

    /// Shares with zeros put at a small number, as Evidently 0.7.21 `get_binned_data` does: 0.0001, or the smallest other
    /// share over a million where that is at most 0.0001.
    ///
    /// The shares no longer sum to 1. It serves `--mode evidently` only.
    package static func zerosFilled(_ shares: [Double]) -> [Double] {
        guard let smallest = shares.lazy.filter({ $0 != 0 }).min() else { return shares }
        let filling = smallest <= 0.0001 ? smallest / 1_000_000 : 0.0001
        return shares.map { $0 == 0 ? filling : $0 }
    }

    /// The population stability index with half a row added to each cell of both samples, so that it is finite and its
    /// expectation without drift is close to `(k − 1) (1/n + 1/m)`.
    package static func smoothedPSI(_ cells: CellCounts) -> Double {
        let width = Double(cells.count)
        let referenceTotal = Double(cells.referenceTotal) + width / 2
        let currentTotal = Double(cells.currentTotal) + width / 2
        return psi(
            cells.reference.map { (Double($0) + 0.5) / referenceTotal },
            cells.current.map { (Double($0) + 0.5) / currentTotal })
    }
}
