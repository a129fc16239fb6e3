import AssayMetrics
import AssayTerms
import Testing

@Suite struct WilsonIntervalTests {
    /// Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion. Statistics in Medicine 17,
    /// 857–872, table I, method 3, printed to four decimals.
    @Test(arguments: [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718),
    ])
    func agreesWithThePublishedTable(successes: Double, trials: Double, low: Double, high: Double) {
        let interval = WilsonInterval.interval(successes: successes, trials: trials)
        #expect(abs(interval.low - low) <= 0.00005 && abs(interval.high - high) <= 0.00005)
    }

    /// The ends solve `|p̂ − p| = z √(p(1−p)/n)`.
    @Test(arguments: [1, 2, 10, 1000, 1_000_000])
    func theEndsAreWhereTheTestTurns(trials: Double) {
        for successes in [0, (trials / 3).rounded(), trials] {
            let interval = WilsonInterval.interval(successes: successes, trials: trials)
            for end in [interval.low, interval.high] where end > 0 && end < 1 {
                let distance = abs(successes / trials - end)
                let reach = NormalDistribution.upperQuantile975 * (end * (1 - end) / trials).squareRoot()
                #expect(abs(distance - reach) < 1e-14)
            }
        }
    }

    @Test func mirrorsWithTheOutcome() {
        let interval = WilsonInterval.interval(successes: 3, trials: 11)
        let mirrored = WilsonInterval.interval(successes: 8, trials: 11)
        #expect(abs(interval.low - (1 - mirrored.high)) <= 0x1p-52)
    }
}
