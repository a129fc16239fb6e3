import AssayMetrics
import AssayTerms
import Testing

/// Goal: intervals that hold at all times, equal to the definition solved elsewhere, whatever the order of events.
/// Method: roots that scipy 1.17's `betaln` and `brentq` find; streams with optional stopping; sums of parts.
@Suite struct SequentialProportionTests {
    /// logM is off by 1e-15 of t ln t, some 1e-8 for a million events, and its slope at the ends is over 1e3 there.
    private static let tolerance = 1e-10

    @Test(arguments: [
        (0, 1, 0.95, 0, 0.975), (1, 1, 0.95, 0.025000000000000033, 1), (3, 10, 0.95, 0.03251513978805887, 0.7475871099149964),
        (0, 100, 0.9, 0, 0.050469712847594016), (50, 100, 0.99, 0.31765142319452955, 0.6823485768054706),
        (999, 1000, 0.95, 0.9900252527352501, 0.9999995536025952), (12345, 100_000, 0.975, 0.11892368051678683, 0.12807342387715626),
        (3, 1_000_000, 0.95, 3.8016268122342514e-08, 1.8619798287277304e-05), (500_000, 1_000_000, 0.95, 0.497749535986513, 0.502250464013487),
    ] as [(Int64, Int64, Double, Double, Double)])
    func endsAreTheDefinitionsRoots(_ successes: Int64, _ trials: Int64, _ level: Double, _ low: Double, _ high: Double) {
        let interval = SequentialProportion(successes: successes, trials: trials).interval(level: level)
        #expect(abs(interval.low - low) <= Self.tolerance * max(low, 1e-6), "\(interval.low) for \(low)")
        #expect(abs(interval.high - high) <= Self.tolerance, "\(interval.high) for \(high)")
    }

    @Test func nothingSeenSaysNothing() {
        let interval = SequentialProportion().interval()
        #expect(interval.low == 0 && interval.high == 1)
        #expect(SequentialProportion().rate == nil)
        #expect(SequentialProportion(successes: 1, trials: 2).logEvidence(against: 0) == .infinity)
        #expect(SequentialProportion(successes: 1, trials: 2).logEvidence(against: 1) == .infinity)
    }

    /// Whoever stops at the worst moment is still misled no more often than the level says; of 400 streams three standard errors more.
    @Test(arguments: [0.02, 0.5, 0.9]) func anIntervalHoldsWheneverItIsLookedAt(_ chance: Double) {
        var draw = SplitMix64(seed: 7)
        let limit = -naturalLogarithm(0.1)
        var misled = 0
        for _ in 0..<400 {
            var seen = SequentialProportion()
            var isMisled = false
            for _ in 0..<400 {
                seen.add(SequentialProportion(successes: draw.nextUnit() < chance ? 1 : 0, trials: 1))
                isMisled = isMisled || seen.logEvidence(against: chance) >= limit
            }
            if isMisled { misled += 1 }
        }
        #expect(Double(misled) <= 400 * (0.1 + 3 * (0.09 / 400).squareRoot()), "\(misled) of 400")
    }

    @Test func partsAndOrdersAddUpToTheSameBits() {
        var draw = SplitMix64(seed: 3)
        let parts = (0..<20).map { _ in
            let trials = Int64(draw.next() % 1000)
            return SequentialProportion(successes: Int64(draw.next() % UInt64(trials + 1)), trials: trials)
        }
        var (forth, back) = (SequentialProportion(), SequentialProportion())
        for part in parts { forth.add(part) }
        for part in parts.reversed() { back.add(part) }
        #expect(forth == back && forth.interval() == back.interval())
    }

    @Test func moreEventsOfTheSameShareNarrow() {
        var width = 1.0
        for scale in 0..<18 {
            let interval = SequentialProportion(successes: 3 << Int64(scale), trials: 10 << Int64(scale)).interval()
            #expect(interval.low < 0.3 && interval.high > 0.3 && interval.high - interval.low < width)
            width = interval.high - interval.low
        }
    }
}
