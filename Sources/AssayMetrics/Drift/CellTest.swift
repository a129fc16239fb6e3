/// Tests of equal shares over cells.
package enum CellTest {
    /// Pearson's goodness of fit of the current counts to the reference's, scaled to the current total: the reference is
    /// taken as known without error, which rejects too often where it is not much larger than the current sample.
    ///
    /// - Returns: the statistic (infinite where the reference has none of a cell) and its p-value; `nil` with fewer than
    ///   two cells.
    /// - Source: scipy 1.17.1 `stats.chisquare`, as Evidently 0.7.21 calls it.
    package static func goodnessOfFit(_ cells: CellCounts) -> (statistic: Double, pValue: Double)? {
        guard cells.count > 1 else { return nil }
        let scale = Double(cells.currentTotal) / Double(cells.referenceTotal)
        var statistic = 0.0
        for (expected, observed) in zip(cells.reference, cells.current) {
            let expected = Double(expected) * scale
            let distance = Double(observed) - expected
            if distance != 0 { statistic += distance * distance / expected }
        }
        return (statistic, TailProbability.chiSquare(above: statistic, degrees: cells.count - 1))
    }

    /// Wilks' likelihood ratio of the current counts against the reference's, unscaled, so both need equally many rows.
    ///
    /// - Returns: `nil` with fewer than two cells or different totals.
    /// - Source: scipy 1.17.1 `stats.power_divergence` with `lambda_="log-likelihood"`, as Evidently 0.7.21 calls it.
    package static func likelihoodRatio(_ cells: CellCounts) -> (statistic: Double, pValue: Double)? {
        guard cells.count > 1, cells.referenceTotal == cells.currentTotal else { return nil }
        var statistic = 0.0
        for (expected, observed) in zip(cells.reference, cells.current) where observed > 0 {
            statistic +=
                expected == 0
                ? .infinity : 2 * Double(observed) * naturalLogarithm(Double(observed) / Double(expected))
        }
        // Rounding can leave equal counts a little below 0.
        statistic = max(0, statistic)
        return (statistic, TailProbability.chiSquare(above: statistic, degrees: cells.count - 1))
    }

    /// Pearson's test that both samples come from one distribution: expected counts from both together.
    ///
    /// - Returns: the statistic, its degrees of freedom and p-value; `nil` with fewer than two cells that hold rows, or an
    ///   empty sample.
    /// - Source: scipy 1.17.1 `stats.chi2_contingency` with `correction=False`.
    package static func homogeneity(_ cells: CellCounts) -> (statistic: Double, degrees: Int, pValue: Double)? {
        let referenceTotal = Double(cells.referenceTotal)
        let currentTotal = Double(cells.currentTotal)
        guard referenceTotal > 0, currentTotal > 0 else { return nil }
        let total = referenceTotal + currentTotal
        var statistic = 0.0
        var held = 0
        for (r, c) in zip(cells.reference, cells.current) where r + c > 0 {
            held += 1
            let sum = Double(r + c)
            let expected = sum * referenceTotal / total
            let other = sum * currentTotal / total
            statistic += (Double(r) - expected) * (Double(r) - expected) / expected
            statistic += (Double(c) - other) * (Double(c) - other) / other
        }
        guard held > 1 else { return nil }
        return (statistic, held - 1, TailProbability.chiSquare(above: statistic, degrees: held - 1))
    }

    /// The z-test of two proportions with a pooled variance, two-sided.
    ///
    /// - Returns: `nil` where both proportions are 0 or both are 1.
    /// - Source: Evidently 0.7.21 `z_stattest`.
    package static func proportions(
        successes: (reference: Int, current: Int), totals: (reference: Int, current: Int)
    ) -> (statistic: Double, pValue: Double)? {
        let n = Double(totals.reference)
        let m = Double(totals.current)
        let pooled = Double(successes.reference + successes.current) / (n + m)
        guard n > 0, m > 0, pooled > 0, pooled < 1 else { return nil }
        let gap = Double(successes.reference) / n - Double(successes.current) / m
        let z = gap / (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
        return (z, min(1, 2 * TailProbability.normal(above: abs(z))))
    }

    /// Fisher's exact test of a 2 × 2 table: the probability, with all margins fixed, of a table as improbable as this or
    /// more so.
    ///
    /// Tables whose probability is within 1e-10 of this one's, relatively, count as equally probable: symmetric tables
    /// differ by rounding alone.
    ///
    /// - Complexity: O(smallest margin).
    /// - Source: Fisher, R. A. (1935), JRSS 98, 39–82; scipy 1.17.1 `stats.fisher_exact`.
    package static func fisherExact(
        successes: (reference: Int, current: Int), totals: (reference: Int, current: Int)
    ) -> Double {
        let drawn = successes.reference + successes.current
        let total = totals.reference + totals.current
        let least = max(0, drawn - totals.current)
        let greatest = min(drawn, totals.reference)
        guard least < greatest else { return 1 }
        func logProbability(_ k: Int) -> Double {
            GammaFunctions.logBinomial(totals.reference, k) + GammaFunctions.logBinomial(totals.current, drawn - k)
        }
        // Relative to the observed table, by the exact ratio of neighbours.
        func ratio(upFrom k: Int) -> Double {
            Double(totals.reference - k) / Double(k + 1) * (Double(drawn - k) / Double(totals.current - drawn + k + 1))
        }
        var sum = 1.0
        for direction in [1, -1] {
            var relative = 1.0
            var k = successes.reference
            while direction > 0 ? k < greatest : k > least {
                if direction > 0 {
                    relative *= ratio(upFrom: k)
                } else {
                    relative /= ratio(upFrom: k - 1)
                }
                k += direction
                if relative <= 1 + 1e-10 { sum += relative }
            }
        }
        let observed = exponential(
            logProbability(successes.reference) - GammaFunctions.logBinomial(total, drawn))
        return min(1, sum * observed)
    }
}
