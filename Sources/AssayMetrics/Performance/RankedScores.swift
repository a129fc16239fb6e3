import AssayTerms

/// The area under the ROC curve from sorted scores, with its variance.
package enum RankedScores {
    /// The area as `(2 · wins + ties) / (2 m n)` over all pairs of one of `m` positives and one of `n` negatives, with
    /// the interval of DeLong, DeLong and Clarke-Pearson.
    ///
    /// Interval: with `V₁₀(i)` the share of negatives below positive `i` and `V₀₁(j)` the share of positives above
    /// negative `j` (ties half), the variance is `S₁₀/m + S₀₁/n` of their sample variances; the interval is built on
    /// the logit scale, `logit A ± z · se / (A (1 − A))`, since on the plain scale it leaves 0...1 and covers too
    /// rarely near 1. It is `nil` for an area of exactly 0 or 1, where the variance estimate is 0 and says nothing,
    /// and with fewer than two rows of a class.
    ///
    /// All sums are of whole numbers in 128 bits, so any order of rows gives equal bits up to 2³⁰ rows a class.
    ///
    /// - Precondition: both are non-empty and finite.
    /// - Complexity: O((m + n) log (m + n)).
    /// - Source: DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas under two or more
    ///   correlated receiver operating characteristic curves. Biometrics 44, 837–845; by sorting as in Sun, X. and Xu,
    ///   W. (2014), IEEE Signal Processing Letters 21, 1389–1393; logit scale as in Pepe, M. S. (2003), The Statistical
    ///   Evaluation of Medical Tests, section 5.2.
    package static func area(positives: [Double], negatives: [Double]) -> Estimate {
        let positives = sorted(positives)
        let negatives = sorted(negatives)
        let (wins, positiveSquares) = placements(of: positives, among: negatives)
        let (losses, negativeSquares) = placements(of: negatives, among: positives)
        let m = UInt128(positives.count)
        let n = UInt128(negatives.count)
        precondition(wins + losses == 2 * m * n, "the placements of both classes do not complement each other")
        let area = Double(wins) / Double(2 * m * n)
        guard m > 1, n > 1, wins > 0, losses > 0 else { return Estimate(area) }
        let s10 = Double(positiveSquares * m - wins * wins) / Double(4 * n * n * m * (m - 1))
        let s01 = Double(negativeSquares * n - losses * losses) / Double(4 * m * m * n * (n - 1))
        let deviation = (s10 / Double(m) + s01 / Double(n)).squareRoot()
        let error = SamplingError(
            deviation: deviation, scale: .logit(least: 0), rows: min(positives.count, negatives.count))
        guard let limits = error.limits(area, critical: NormalDistribution.upperQuantile975) else { return Estimate(area) }
        var estimate = Estimate(
            area, interval: Interval(low: limits.low, high: limits.high, level: 0.95, method: "delong"))
        estimate.error = error
        return estimate
    }

    /// The area with weighted rows: the weighted share of pairs won, a pair's weight the product of its rows'.
    ///
    /// Interval: rows are taken as independent, with the weights they happen to have, so the variance is that of the rows'
    /// influence: `m / (m − 1) · Σ wᵢ² (V₁₀(i) − A)² / (Σ w)²` over the `m` positives, with weighted placements, and the same
    /// over the negatives; on the logit scale, as without weights, whose interval this is where all weights are equal. `nil`
    /// for an area of 0 or 1 and with fewer than two rows of a class that weigh something.
    ///
    /// - Source: the sandwich estimator of a ratio of weighted sums; van der Vaart, A. W. (1998), Asymptotic Statistics,
    ///   sections 12.2 and 20.1.
    package static func weightedArea(positives: [WeightedScore], negatives: [WeightedScore]) -> Estimate {
        // Ties keep the order of rows, so that sums within a tie are reproducible.
        let positives = stablySorted(positives)
        let negatives = stablySorted(negatives)
        var below = 0.0
        var next = 0
        var won = 0.0
        var positiveTotal = 0.0
        var first = 0
        while first < positives.count {
            let score = positives[first].score
            var tiedPositives = 0.0
            while first < positives.count, positives[first].score == score {
                tiedPositives += positives[first].weight
                first += 1
            }
            while next < negatives.count, negatives[next].score < score {
                below += negatives[next].weight
                next += 1
            }
            var tiedNegatives = 0.0
            while next < negatives.count, negatives[next].score == score {
                tiedNegatives += negatives[next].weight
                next += 1
            }
            won += tiedPositives * (below + tiedNegatives / 2)
            below += tiedNegatives
            positiveTotal += tiedPositives
        }
        while next < negatives.count {
            below += negatives[next].weight
            next += 1
        }
        guard positiveTotal > 0, below > 0 else {
            return Estimate(undefined: "the weights of one class sum to 0")
        }
        let area = min(1, won / (positiveTotal * below))
        guard area > 0, area < 1, let first = influence(of: positives, among: negatives, mean: area),
            let second = influence(of: negatives, among: positives, mean: 1 - area)
        else { return Estimate(area) }
        let error = SamplingError(
            deviation: (first.variance + second.variance).squareRoot(), scale: .logit(least: 0),
            rows: Int(min(first.effective, second.effective)))
        guard let limits = error.limits(area, critical: NormalDistribution.upperQuantile975) else { return Estimate(area) }
        var estimate = Estimate(area, interval: Interval(low: limits.low, high: limits.high, level: 0.95, method: "delong-weighted"))
        estimate.error = error
        return estimate
    }

    /// The variance of one class's part in the area, and the effective number of its rows, `(Σ w)² / Σ w²`; `nil` with fewer
    /// than two rows that weigh something.
    ///
    /// - Parameters:
    ///   - own: ascending; `others` too.
    ///   - mean: the weighted mean of the shares of `others` below `own`.
    private static func influence(
        of own: [WeightedScore], among others: [WeightedScore], mean: Double
    ) -> (variance: Double, effective: Double)? {
        let total = others.reduce(0) { $0 + $1.weight }
        var (sum, squares, spread) = (0.0, 0.0, 0.0)
        var count = 0
        var (below, tied) = (0.0, 0.0)
        var (next, end) = (0, 0)
        for row in own {
            while next < others.count, others[next].score < row.score {
                below += others[next].weight
                next += 1
            }
            if end <= next || others[end - 1].score != row.score {
                tied = 0
                end = next
                while end < others.count, others[end].score == row.score {
                    tied += others[end].weight
                    end += 1
                }
            }
            guard row.weight > 0 else { continue }
            let distance = row.weight * ((below + tied / 2) / total - mean)
            count += 1
            sum += row.weight
            squares += row.weight * row.weight
            spread += distance * distance
        }
        guard count > 1 else { return nil }
        return (Double(count) / Double(count - 1) * spread / (sum * sum), sum * sum / squares)
    }

    /// Twice the number of `others` below each of `scores` (ties once), summed, and the sum of the squares of that.
    private static func placements(of scores: [Double], among others: [Double]) -> (sum: UInt128, squares: UInt128) {
        var sum: UInt128 = 0
        var squares: UInt128 = 0
        var below = 0
        var upTo = 0
        for score in scores {
            while below < others.count, others[below] < score { below += 1 }
            upTo = max(upTo, below)
            while upTo < others.count, others[upTo] == score { upTo += 1 }
            let doubled = UInt64(below + upTo)
            sum += UInt128(doubled)
            let product = doubled.multipliedFullWidth(by: doubled)
            squares += UInt128(product.high) << 64 | UInt128(product.low)
        }
        return (sum, squares)
    }

    static func stablySorted(_ entries: [WeightedScore]) -> [WeightedScore] {
        entries.enumerated()
            .sorted { ($0.element.score, $0.offset) < ($1.element.score, $1.offset) }
            .map(\.element)
    }

    /// Ascending order by eight counting passes over the bytes of an order-preserving key; passes in which all keys
    /// share the byte are skipped.
    static func sorted(_ scores: [Double]) -> [Double] {
        let sign: UInt64 = 1 << 63
        var keys = scores.map { $0.bitPattern & sign == 0 ? $0.bitPattern | sign : ~$0.bitPattern }
        if keys.count < 1024 {
            keys.sort()
        } else {
            var other = [UInt64](repeating: 0, count: keys.count)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                var starts = [Int](repeating: 0, count: 256)
                for key in keys { starts[Int(key >> shift & 255)] += 1 }
                if starts.contains(keys.count) { continue }
                var next = 0
                for bucket in 0..<256 { (starts[bucket], next) = (next, next + starts[bucket]) }
                for key in keys {
                    let bucket = Int(key >> shift & 255)
                    other[starts[bucket]] = key
                    starts[bucket] += 1
                }
                swap(&keys, &other)
            }
        }
        return keys.map { Double(bitPattern: $0 & sign != 0 ? $0 & ~sign : ~$0) }
    }
}
