package import AssayTerms

/// Confidence intervals for the largest gap and the smallest ratio of any smooth measure over groups, from intervals that hold
/// for all pairs of groups at once: what `SimultaneousPairs` is for rates.
///
/// A pair's interval comes from both groups' own limits at one common critical value, each limit on the scale on which its
/// group's value is about normal (MOVER): the lower end of `a − b` is `a − b − √((a − lₐ)² + (u_b − b)²)`, and for ratios the
/// same of their logarithms. The critical value is the 0.955 quantile of the studentised maximum over pairs of independent
/// normal values with the groups' standard errors, drawn `SimultaneousPairs.replicateCount` times and moved up by the error of
/// its rank, as there; then widened by Student's quantile over the normal one at the smallest group's rows less one, since the
/// standard errors are estimated. Beyond 16 groups it is Bonferroni's.
///
/// Simulated coverage: see `SmoothSimulation`.
///
/// - Complexity: O(replicates · pairs).
/// - Source: Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
///   Statistics in Medicine 27, 1693–1702, equations 6 and 7; Hothorn, T., Bretz, F. and Westfall, P. (2008). Simultaneous
///   inference in general parametric models. Biometrical Journal 50, 346–363.
package struct SimultaneousEstimates: Sendable {
    private struct Arm {
        var value: Double
        var error: SamplingError
    }

    private let families: [[Arm]]
    private let seed: UInt64

    /// - Parameter families: groups of each value of a control, or one list of groups, without those that have no value.
    ///
    /// `nil` unless every family has between 2 and `SimultaneousPairs.groupLimit` groups, each with a standard error.
    package init?(_ families: [[Estimate]], seed: UInt64) {
        var arms: [[Arm]] = []
        for family in families {
            let own = family.compactMap { estimate -> Arm? in
                guard let value = estimate.value, let error = estimate.error else { return nil }
                return Arm(value: value, error: error)
            }
            guard own.count == family.count, (2...SimultaneousPairs.groupLimit).contains(own.count) else { return nil }
            arms.append(own)
        }
        guard !arms.isEmpty else { return nil }
        self.families = arms
        self.seed = seed
    }

    /// The interval of `max over families and pairs of |θᵢ − θⱼ|`, from 0 up to `greatest`; `nil` where a group has no limits.
    package func differenceInterval(greatest: Double?) -> Interval? {
        let critical = criticalValue
        guard let limits = limits(critical) else { return nil }
        var low = 0.0
        var high = 0.0
        for (family, bounds) in zip(families, limits) {
            Self.forEachPair(family.count) { first, second in
                let pair = Self.difference(family[first].value, bounds[first], family[second].value, bounds[second])
                low = max(low, pair.low, -pair.high)
                high = max(high, pair.high, -pair.low)
            }
        }
        return interval(low: low, high: greatest.map { min($0, high) } ?? high)
    }

    /// The interval of `min over families and ordered pairs of θᵢ / θⱼ`, within 0...1; `nil` where a lower limit is not above 0.
    package func ratioInterval() -> Interval? {
        let critical = criticalValue
        guard let limits = limits(critical), limits.allSatisfy({ $0.allSatisfy { $0.low > 0 } }) else { return nil }
        var low = 0.0
        var high = 0.0
        for (family, bounds) in zip(families, limits) {
            let logarithms = bounds.map { (low: naturalLogarithm($0.low), high: naturalLogarithm($0.high)) }
            Self.forEachPair(family.count) { first, second in
                let pair = Self.difference(
                    naturalLogarithm(family[first].value), logarithms[first], naturalLogarithm(family[second].value),
                    logarithms[second])
                low = min(low, pair.low, -pair.high)
                high = min(high, pair.high, -pair.low)
            }
        }
        return interval(low: exponential(low), high: exponential(high))
    }

    private static func difference(
        _ first: Double, _ firstLimits: (low: Double, high: Double), _ second: Double, _ secondLimits: (low: Double, high: Double)
    ) -> (low: Double, high: Double) {
        let below = first - firstLimits.low
        let above = firstLimits.high - first
        let otherBelow = second - secondLimits.low
        let otherAbove = secondLimits.high - second
        let gap = first - second
        return (
            gap - (below * below + otherAbove * otherAbove).squareRoot(),
            gap + (above * above + otherBelow * otherBelow).squareRoot()
        )
    }

    private func limits(_ critical: Double) -> [[(low: Double, high: Double)]]? {
        var limits: [[(low: Double, high: Double)]] = []
        for family in families {
            var own: [(low: Double, high: Double)] = []
            for arm in family {
                guard let pair = arm.error.limits(arm.value, critical: critical) else { return nil }
                own.append(pair)
            }
            limits.append(own)
        }
        return limits
    }

    private static func forEachPair(_ count: Int, _ body: (Int, Int) -> Void) {
        for second in 1..<count {
            for first in 0..<second { body(first, second) }
        }
    }

    private var isResampled: Bool { families.allSatisfy { $0.count <= SimultaneousPairs.resampledGroupLimit } }

    private func interval(low: Double, high: Double) -> Interval {
        Interval(
            low: low, high: high, level: 0.95,
            method: isResampled ? "simultaneous-normal" : "simultaneous-normal-bonferroni", seed: isResampled ? seed : 0)
    }

    private var criticalValue: Double {
        let rows = families.flatMap { $0 }.map(\.error.rows).min() ?? 2
        let widening =
            TailProbability.studentQuantile(beyond: 0.05, degrees: Double(max(1, rows - 1)))
            / NormalDistribution.upperQuantile975
        guard isResampled else {
            let pairs = families.reduce(0.0) { $0 + Double($1.count * ($1.count - 1) / 2) }
            return widening * NormalDistribution.upperQuantile(tail: 0.0225 / pairs)
        }
        var generator = SplitMix64(seed: seed)
        let count = SimultaneousPairs.replicateCount
        var maxima = [Double](repeating: 0, count: count)
        for replicate in maxima.indices {
            var largest = 0.0
            for family in families {
                let drawn = family.map { $0.error.deviation * NormalDistribution.draw(&generator) }
                Self.forEachPair(family.count) { first, second in
                    let one = family[first].error.deviation
                    let other = family[second].error.deviation
                    largest = max(largest, abs(drawn[first] - drawn[second]) / (one * one + other * other).squareRoot())
                }
            }
            maxima[replicate] = largest
        }
        maxima.sort()
        return widening * max(SimultaneousPairs.quantile(maxima), NormalDistribution.upperQuantile975)
    }
}
