package import AssayTerms

/// Confidence intervals for the largest gap and the smallest ratio of rates over groups, from intervals that hold for
/// all pairs of groups at once.
///
/// A percentile bootstrap of "largest minus smallest" covers about 1 % when all groups are equal, since the plug-in is
/// biased upwards. Here every pair of groups gets a score interval at one common critical value `c`, chosen so that all
/// of them hold together with probability 0.95; then, whenever they hold,
/// `max L ≤ max |pᵢ − pⱼ| ≤ max U` and `min L ≤ min pᵢ/pⱼ ≤ min U` over ordered pairs, so the gap's interval covers at
/// least as often.
///
/// **Critical value.** The 0.95 quantile of the studentised maximum `max |Tᵢⱼ|` over pairs (and, for equalized odds,
/// over both rates), resampled from the group counts: `replicateCount` times, each group's successes are drawn from the
/// binomial distribution with its trials and rate `(x + ½) / (n + 1)`, and each pair's score statistic is taken at that
/// pair's own difference or ratio. Draws come from one `SplitMix64`, replicate by replicate, rate by rate, group by
/// group in the order given. The order statistic is the 0.955 quantile's, moved up by 1.96 standard errors of its rank,
/// so that resampling noise and rates estimated from ten rows err on the side of coverage, and `c` is never below the
/// normal 0.975 quantile. With more than `resampledGroupLimit` groups it is Bonferroni's 0.955 over pairs instead,
/// which is wider and needs no draws.
///
/// Simulated coverage (`IntervalSimulation`): 0.95 to 0.98 at parity, and more at true gaps of 0.02 and 0.1, with 2, 3 and
/// 6 groups of 10 to 3,000 rows, equal or one ten times the others, at rates of 0.05, 0.3 and 0.7.
///
/// - Complexity: O(`replicateCount` · pairs): about 1 ms for three groups and 5 ms for six.
/// - Source: score statistics of Miettinen and Nurminen (1985); their inversion at a simultaneous critical value after
///   Agresti, A., Bini, M., Bertaccini, B. and Ryu, E. (2008). Simultaneous confidence intervals for comparing binomial
///   parameters. Biometrics 64, 1270–1275.
package struct SimultaneousPairs: Sendable {
    package static let replicateCount = 2048
    package static let resampledGroupLimit = 16
    package static let groupLimit = 64

    /// One rate over groups each; two for equalized odds.
    private let families: [[Arm]]
    private let seed: UInt64

    /// `nil` unless every family has between 2 and `groupLimit` groups.
    package init?(families: [[Arm]], seed: UInt64) {
        guard !families.isEmpty, families.allSatisfy({ (2...Self.groupLimit).contains($0.count) }) else { return nil }
        self.families = families
        self.seed = seed
    }

    /// The interval of `max over families and pairs of |pᵢ − pⱼ|`, within 0...1.
    package func differenceInterval() -> Interval {
        let critical = criticalValue(
            truth: { $0 - $1 }, statistic: { DifferenceScore.statistic($0, $1, difference: $2) })
        var low = 0.0
        var high = 0.0
        forEachPair { first, second in
            let pair = DifferenceScore.interval(first, second, critical: critical)
            low = max(low, pair.low, -pair.high)
            high = max(high, pair.high, -pair.low)
        }
        return interval(low: low, high: high)
    }

    /// The interval of `min over families and ordered pairs of pᵢ / pⱼ`, within 0...1.
    package func ratioInterval() -> Interval {
        let critical = criticalValue(truth: { $0 / $1 }, statistic: { RatioScore.statistic($0, $1, ratio: $2) })
        var low = 1.0
        var high = 1.0
        forEachPair { first, second in
            let pair = RatioScore.interval(first, second, critical: critical)
            low = min(low, pair.low, 1 / pair.high)
            high = min(high, pair.high, 1 / pair.low)
        }
        return interval(low: low, high: high)
    }

    /// The interval of the signed difference `first − second` of two groups, within −1...1.
    package static func signedDifferenceInterval(_ first: Arm, _ second: Arm, seed: UInt64) -> Interval? {
        guard let pairs = SimultaneousPairs(families: [[first, second]], seed: seed) else { return nil }
        let critical = pairs.criticalValue(
            truth: { $0 - $1 }, statistic: { DifferenceScore.statistic($0, $1, difference: $2) })
        let (low, high) = DifferenceScore.interval(first, second, critical: critical)
        return pairs.interval(low: low, high: high)
    }

    /// The interval of the ratio `first / second` of two groups; `nil` where it has no upper end.
    package static func signedRatioInterval(_ first: Arm, _ second: Arm, seed: UInt64) -> Interval? {
        guard let pairs = SimultaneousPairs(families: [[first, second]], seed: seed) else { return nil }
        let critical = pairs.criticalValue(
            truth: { $0 / $1 }, statistic: { RatioScore.statistic($0, $1, ratio: $2) })
        let (low, high) = RatioScore.interval(first, second, critical: critical)
        return high.isFinite ? pairs.interval(low: low, high: high) : nil
    }

    private var isResampled: Bool { families.allSatisfy { $0.count <= Self.resampledGroupLimit } }

    private func interval(low: Double, high: Double) -> Interval {
        Interval(
            low: low, high: high, level: 0.95,
            method: isResampled ? "simultaneous-score" : "simultaneous-score-bonferroni", seed: isResampled ? seed : 0)
    }

    private func forEachPair(_ body: (Arm, Arm) -> Void) {
        for arms in families {
            for second in arms.indices.dropFirst() {
                for first in 0..<second { body(arms[first], arms[second]) }
            }
        }
    }

    /// `truth` gives a pair's parameter from its two rates, `statistic` its score statistic at that parameter.
    private func criticalValue(
        truth: (Double, Double) -> Double, statistic: (Arm, Arm, Double) -> Double
    ) -> Double {
        guard isResampled else {
            var pairCount = 0.0
            forEachPair { _, _ in pairCount += 1 }
            return NormalDistribution.upperQuantile(tail: 0.0225 / pairCount)
        }
        let rates = families.map { arms in arms.map { ($0.successes + 0.5) / ($0.trials + 1) } }
        let samplers = zip(families, rates).map { arms, rates in
            zip(arms, rates).map { BinomialSampler(trials: Int($0.trials), probability: $1) }
        }
        var generator = SplitMix64(seed: seed)
        var maxima = [Double](repeating: 0, count: Self.replicateCount)
        var drawn = families
        for replicate in maxima.indices {
            var largest = 0.0
            for family in families.indices {
                for group in families[family].indices {
                    drawn[family][group].successes = Double(samplers[family][group].draw(&generator))
                }
                for second in families[family].indices.dropFirst() {
                    for first in 0..<second {
                        let parameter = truth(rates[family][first], rates[family][second])
                        largest = max(
                            largest, abs(statistic(drawn[family][first], drawn[family][second], parameter)))
                    }
                }
            }
            maxima[replicate] = largest
        }
        maxima.sort()
        return max(Self.quantile(maxima), NormalDistribution.upperQuantile975)
    }

    /// The order statistic that stands for the 0.955 quantile, moved up by 1.96 standard errors of its rank.
    static func quantile(_ sorted: [Double]) -> Double {
        let count = Double(sorted.count)
        let rank = 0.955 * count + NormalDistribution.upperQuantile975 * (count * 0.95 * 0.05).squareRoot()
        return sorted[min(sorted.count, Int(rank.rounded(.up))) - 1]
    }
}
