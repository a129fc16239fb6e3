package import AssayTerms

/// The chance of an event, counted while events keep coming: an interval that holds at all times at once.
///
/// Definition: with S events among t, the mixture likelihood ratio against a chance p is
/// `M(p) = B(½ + S, ½ + t − S) / B(½, ½) / (p^S (1 − p)^(t − S))`. Under p it is a martingale that begins at 1, so with probability 1 − α it
/// never reaches 1/α (Ville's inequality). The interval is `{p : M(p) < 1/α}`: whoever looks at it after every event, and stops when they like
/// what they see, is still misled with probability α at most, where a fixed interval that is looked at again and again misleads almost surely.
///
/// - It depends on the counts alone: in any order, and added up from any parts, the same bits.
/// - Edge cases: without events 0...1; the end beside an observed 0 or 1 is exactly that.
/// - Price: some 1.5 to 2 times as wide as Wilson's interval for a number of events fixed beforehand.
/// - Error: the ends are rounded outwards, within 2⁻⁵² of the roots for M as computed, whose logarithm is off by about 1e-15 of t.
/// - Complexity: constant; two times 64 steps of bisection.
/// - Source: Robbins (1970), Statistical methods related to the law of the iterated logarithm, Annals of Mathematical Statistics 41; Howard,
///   Ramdas, McAuliffe, Sekhon (2021), Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49, section 3.
package struct SequentialProportion: Hashable, Sendable {
    package private(set) var successes: Int64
    package private(set) var trials: Int64

    private static let prior = 0.5

    /// - Precondition: `0 ≤ successes ≤ trials`.
    package init(successes: Int64 = 0, trials: Int64 = 0) {
        precondition(successes >= 0 && successes <= trials, "successes lie outside 0...trials")
        self.successes = successes
        self.trials = trials
    }

    package mutating func add(_ other: SequentialProportion) {
        successes += other.successes
        trials += other.trials
    }

    /// `nil` without events.
    package var rate: Double? { trials > 0 ? Double(successes) / Double(trials) : nil }

    /// - Parameter level: such as 0.95, at least ½ and below 1.
    package func interval(level: Double = 0.95) -> Interval {
        precondition(level >= 0.5 && level < 1, "a level lies in 0.5..<1")
        var interval = Interval(low: 0, high: 1, level: level, method: "beta-mixture confidence sequence")
        guard trials > 0 else { return interval }
        let limit = -naturalLogarithm(1 - level)
        let rate = Double(successes) / Double(trials)
        if successes > 0 { interval.low = end(from: 0, to: rate, limit) }
        if successes < trials { interval.high = end(from: 1, to: rate, limit) }
        return interval
    }

    /// How strongly what was seen speaks against a chance: the logarithm of M(p), which no true chance lets grow beyond ln(1/α) but with
    /// probability α. Infinite for 0 or 1 where the contrary was seen.
    package func logEvidence(against chance: Double) -> Double {
        precondition((0...1).contains(chance), "a chance lies in 0...1")
        let (hits, misses) = (Double(successes), Double(trials - successes))
        func weighted(_ count: Double, _ chance: Double) -> Double {
            count == 0 ? 0 : chance == 0 ? -.infinity : count * naturalLogarithm(chance)
        }
        return logMixture - weighted(hits, chance) - weighted(misses, 1 - chance)
    }

    private var logMixture: Double {
        let (hits, misses) = (Double(successes) + Self.prior, Double(trials - successes) + Self.prior)
        func logBeta(_ a: Double, _ b: Double) -> Double {
            GammaFunctions.logGamma(a) + GammaFunctions.logGamma(b) - GammaFunctions.logGamma(a + b)
        }
        return logBeta(hits, misses) - logBeta(Self.prior, Self.prior)
    }

    /// The last chance on the way from `outside`, where the evidence is over the limit, that still is; it falls towards the rate.
    private func end(from outside: Double, to rate: Double, _ limit: Double) -> Double {
        var (over, under) = (outside, rate)
        for _ in 0..<64 {
            let middle = over + (under - over) / 2
            guard middle != over, middle != under else { break }
            if logEvidence(against: middle) >= limit { over = middle } else { under = middle }
        }
        return over
    }
}
