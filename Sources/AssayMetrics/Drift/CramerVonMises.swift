/// The two-sample Cramér-von Mises test with midranks.
package enum CramerVonMises {
    /// Up to this many rows on the larger side the p-value is exact.
    private static let exactLimit = 20

    /// - Returns: the statistic T and the p-value; `nil` with fewer than two rows in a sample.
    /// - Source: Anderson, T. W. (1962), Annals of Mathematical Statistics 33, 1148–1159; Xiao, Y., Gordon, A. and
    ///   Yakovlev, A. (2007), Journal of Statistical Software 17(8); scipy 1.17.1 `stats.cramervonmises_2samp`.
    package static func test(_ sample: PooledSample) -> (statistic: Double, pValue: Double)? {
        let n = sample.referenceCount
        let m = sample.currentCount
        guard n > 1, m > 1 else { return nil }
        // Σ (rank − place)² for each sample, by runs of equal values; four times it is a whole number.
        var before = 0
        var own = (reference: 0, current: 0)
        var fourfold = (reference: 0, current: 0)
        for (r, c) in zip(sample.reference, sample.current) {
            let twiceRank = 2 * before + r + c + 1
            for place in 0..<r {
                let gap = twiceRank - 2 * (own.reference + place + 1)
                fourfold.reference += gap * gap
            }
            for place in 0..<c {
                let gap = twiceRank - 2 * (own.current + place + 1)
                fourfold.current += gap * gap
            }
            own.reference += r
            own.current += c
            before += r + c
        }
        let u = Double(n) * Double(fourfold.reference) / 4 + Double(m) * Double(fourfold.current) / 4
        let k = Double(n) * Double(m)
        let total = Double(n + m)
        let statistic = u / (k * total) - (4 * k - 1) / (6 * total)
        if max(n, m) <= exactLimit {
            return (statistic, exact(fourfold: n * fourfold.reference + m * fourfold.current, n, m))
        }
        let mean = (1 + 1 / total) / 6
        let sizes = Double(n) * Double(n) + Double(m) * Double(m)
        let variance = (total + 1) * (4 * k * total - 3 * sizes - 2 * k) / (45 * total * total * 4 * k)
        let normed = 1.0 / 6 + (statistic - mean) / (45 * variance).squareRoot()
        return (statistic, normed < 0.003 ? 1 : max(0, min(1, 1 - limitDistribution(normed))))
    }

    /// Counts all divisions of the pooled ranks by their statistic.
    private static func exact(fourfold: Int, _ m: Int, _ n: Int) -> Double {
        let multiple = m / KolmogorovSmirnov.greatestCommonDivisor(m, n) * n
        let a = multiple / m
        let b = multiple / n
        let product = m * n
        let scaled = multiple * multiple * (m + n) * (6 * fourfold - 4 * product * (4 * product - 1))
        let divisor = 24 * product * product
        let threshold = scaled >= 0 ? scaled / divisor : -((-scaled + divisor - 1) / divisor)
        typealias Frequencies = [(value: Int, count: UInt64)]
        func added(_ left: Frequencies, _ right: Frequencies, _ shift: Int) -> Frequencies {
            var sum: Frequencies = []
            var (i, j) = (0, 0)
            while i < left.count || j < right.count {
                if j == right.count || (i < left.count && left[i].value < right[j].value) {
                    sum.append((left[i].value + shift, left[i].count))
                    i += 1
                } else if i == left.count || right[j].value < left[i].value {
                    sum.append((right[j].value + shift, right[j].count))
                    j += 1
                } else {
                    sum.append((left[i].value + shift, left[i].count + right[j].count))
                    (i, j) = (i + 1, j + 1)
                }
            }
            return sum
        }
        var table: [Frequencies] = [[(0, 1)]] + [Frequencies](repeating: [], count: m)
        for u in 0...n {
            var previous: Frequencies = []
            for v in 0...m {
                let gap = a * v - b * u
                previous = added(previous, table[v], gap * gap)
                table[v] = previous
            }
        }
        var all: UInt64 = 0
        var extreme: UInt64 = 0
        for (value, count) in table[m] {
            all += count
            if value >= threshold { extreme += count }
        }
        return Double(extreme) / Double(all)
    }

    /// The limit of the statistic's distribution, summed until a term is below 1e-7 as scipy does.
    private static func limitDistribution(_ x: Double) -> Double {
        var total = 0.0
        var k = 0.0
        while true {
            let y = 4 * k + 1
            let front = exponential(GammaFunctions.logGamma(k + 0.5) - GammaFunctions.logGamma(k + 1))
            let q = y * y / (16 * x)
            let term =
                front / (Double.pi * Double.pi.squareRoot() * x.squareRoot()) * y.squareRoot() * exponential(-2 * q)
                * scaledBessel(q)
            total += term
            if abs(term) < 1e-7 { return total }
            k += 1
        }
    }

    /// `e^q K_¼(q) = ∫₀^∞ exp(−q (cosh t − 1)) cosh(t / 4) dt`, by the trapezoid rule, whose error for this integrand falls
    /// like `exp(−π² / step)`.
    private static func scaledBessel(_ q: Double) -> Double {
        let step = 0.125
        var sum = 0.5
        var t = step
        while true {
            let half = exponential(t / 2) - exponential(-t / 2)
            // cosh t − 1 = 2 sinh²(t / 2).
            let decay = q * half * half / 2
            if decay > 745 { return sum * step }
            sum += exponential(-decay) * (exponential(t / 4) + exponential(-t / 4)) / 2
            t += step
        }
    }
}
