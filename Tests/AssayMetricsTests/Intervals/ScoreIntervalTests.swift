import AssayMetrics
import AssayTerms
import Testing

/// The goal: Miettinen's and Nurminen's statistics and intervals. The method: published intervals, the constrained
/// likelihood maximised by brute force, and laws: the statistic reaches the critical value at the ends, and exchanging
/// the groups mirrors the interval.
@Suite struct ScoreIntervalTests {
    static let pairs: [(Arm, Arm)] = [
        (Arm(successes: 56, trials: 70), Arm(successes: 48, trials: 80)),
        (Arm(successes: 9, trials: 10), Arm(successes: 3, trials: 10)),
        (Arm(successes: 0, trials: 10), Arm(successes: 0, trials: 20)),
        (Arm(successes: 10, trials: 10), Arm(successes: 0, trials: 20)),
        (Arm(successes: 10, trials: 10), Arm(successes: 10, trials: 10)),
        (Arm(successes: 0, trials: 1), Arm(successes: 1, trials: 1)),
        (Arm(successes: 1, trials: 1), Arm(successes: 400, trials: 1000)),
        (Arm(successes: 7, trials: 34), Arm(successes: 1, trials: 34)),
        (Arm(successes: 612_345, trials: 1_000_000), Arm(successes: 300, trials: 500)),
    ]

    /// Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
    /// Medicine 17, 873–890, table II, method 6 (Miettinen and Nurminen), printed to four decimals.
    @Test func agreesWithThePublishedTable() {
        for (index, expected) in [(0, (0.0528, 0.3382)), (1, (0.1700, 0.8406))] {
            let (first, second) = Self.pairs[index]
            let (low, high) = DifferenceScore.interval(first, second, critical: NormalDistribution.upperQuantile975)
            #expect(abs(low - expected.0) <= 0.00005 && abs(high - expected.1) <= 0.00005)
        }
    }

    @Test(arguments: [-0.99, -0.4, -0.01, 0, 0.05, 0.3, 0.999])
    func differenceStatisticUsesTheConstrainedMaximum(difference: Double) {
        for (first, second) in Self.pairs where first.trials < 1000 {
            let low = max(0, -difference)
            let high = min(1, 1 - difference)
            func likelihood(_ p: Double) -> Double {
                term(first.successes, p + difference) + term(first.trials - first.successes, 1 - p - difference)
                    + term(second.successes, p) + term(second.trials - second.successes, 1 - p)
            }
            expectStatistic(
                DifferenceScore.statistic(first, second, difference: difference),
                numerator: first.rate - second.rate - difference, first, second, scale: 1, low, high, likelihood
            ) { $0 + difference }
        }
    }

    @Test(arguments: [0.01, 0.5, 0.97, 1, 1.4, 20])
    func ratioStatisticUsesTheConstrainedMaximum(ratio: Double) {
        for (first, second) in Self.pairs where first.trials < 1000 {
            func likelihood(_ p: Double) -> Double {
                term(first.successes, ratio * p) + term(first.trials - first.successes, 1 - ratio * p)
                    + term(second.successes, p) + term(second.trials - second.successes, 1 - p)
            }
            expectStatistic(
                RatioScore.statistic(first, second, ratio: ratio), numerator: first.rate - ratio * second.rate, first,
                second, scale: ratio, 0, min(1, 1 / ratio), likelihood
            ) { $0 * ratio }
        }
    }

    private func term(_ count: Double, _ p: Double) -> Double {
        count == 0 ? 0 : p <= 0 ? -.infinity : count * naturalLogarithm(p)
    }

    /// Golden-section search for the maximum of a concave function, then the statistic from its definition.
    private func expectStatistic(
        _ statistic: Double, numerator: Double, _ first: Arm, _ second: Arm, scale: Double, _ low: Double,
        _ high: Double, _ likelihood: (Double) -> Double, _ firstRate: (Double) -> Double
    ) {
        var low = low
        var high = high
        let golden = 0.618_033_988_749_894_9
        for _ in 0..<200 {
            let left = high - golden * (high - low)
            let right = low + golden * (high - low)
            if likelihood(left) < likelihood(right) { low = left } else { high = right }
        }
        let p2 = (low + high) / 2
        let p1 = firstRate(p2)
        let total = first.trials + second.trials
        let variance =
            total / (total - 1) * (p1 * (1 - p1) / first.trials + scale * scale * p2 * (1 - p2) / second.trials)
        if numerator == 0 {
            #expect(statistic == 0)
        } else if variance > 1e-6 {
            // The search finds a flat maximum to about √ε, which the variance feels as much.
            #expect(abs(statistic - numerator / variance.squareRoot()) < 1e-5 * (1 + abs(statistic)))
        }
    }

    @Test(arguments: [1.0, 1.959963984540054, 3.5])
    func theStatisticReachesTheCriticalValueAtTheEnds(critical: Double) {
        for (first, second) in Self.pairs {
            let difference = DifferenceScore.interval(first, second, critical: critical)
            #expect(difference.low <= first.rate - second.rate && first.rate - second.rate <= difference.high)
            #expect(difference.low >= -1 && difference.high <= 1)
            for (end, sign) in [(difference.low, 1.0), (difference.high, -1.0)] where abs(end) < 1 {
                let statistic = DifferenceScore.statistic(first, second, difference: end)
                #expect(abs(statistic - sign * critical) < 1e-6)
            }
            let ratio = RatioScore.interval(first, second, critical: critical)
            #expect(ratio.low >= 0 && ratio.low <= ratio.high)
            for (end, sign) in [(ratio.low, 1.0), (ratio.high, -1.0)] where end > 0 && end.isFinite {
                #expect(abs(RatioScore.statistic(first, second, ratio: end) - sign * critical) < 1e-6)
            }
        }
    }

    @Test func exchangingTheGroupsMirrors() {
        for (first, second) in Self.pairs {
            let critical = 2.3
            let forward = DifferenceScore.interval(first, second, critical: critical)
            let backward = DifferenceScore.interval(second, first, critical: critical)
            #expect(abs(forward.low + backward.high) < 1e-12 && abs(forward.high + backward.low) < 1e-12)
            let ratio = RatioScore.interval(first, second, critical: critical)
            let inverse = RatioScore.interval(second, first, critical: critical)
            if ratio.high.isFinite { #expect(abs(1 / ratio.high - inverse.low) < 1e-9) }
            if inverse.high.isFinite { #expect(abs(1 / inverse.high - ratio.low) < 1e-9) }
        }
    }
}
