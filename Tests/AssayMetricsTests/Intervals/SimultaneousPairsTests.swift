import AssayMetrics
import AssayTerms
import Testing

/// The goal: intervals of the largest gap and smallest ratio that hold at least as often as they say, and the same bits
/// every time. The method: seeded simulation of the hard case (all groups equal, where a bootstrap of the gap fails)
/// and of a true gap, with few and many, equal and very unequal groups; a longer run is `scripts/simulate`.
@Suite struct SimultaneousPairsTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        var trials: [Int]
        var rates: [Double]
        var testDescription: String { "trials \(trials) rates \(rates)" }
    }

    static let settings = [
        Setting(trials: [600, 60], rates: [0.1, 0.1]),
        Setting(trials: [300, 300, 300], rates: [0.3, 0.3, 0.3]),
        Setting(trials: [600, 60, 60], rates: [0.3, 0.3, 0.4]),
        Setting(trials: [100, 100, 100, 100, 100, 100], rates: [0.5, 0.5, 0.5, 0.5, 0.5, 0.52]),
    ]

    @Test(arguments: settings)
    func coversAtLeastAsOftenAsStated(setting: Setting) {
        let coverage = IntervalSimulation(trials: setting.trials, rates: setting.rates).coverage(
            repetitions: 30, seed: 11)
        // 95 % less 2.6 standard errors of 30 repetitions; a percentile bootstrap of the gap covers about 1 %.
        #expect(coverage.difference >= 0.85)
        #expect(coverage.ratio >= 0.85)
    }

    @Test func sameBitsForTheSameSeed() throws {
        let arms = [Arm(successes: 30, trials: 90), Arm(successes: 11, trials: 40), Arm(successes: 200, trials: 500)]
        let first = try #require(SimultaneousPairs(families: [arms], seed: 3))
        let again = try #require(SimultaneousPairs(families: [arms], seed: 3))
        let other = try #require(SimultaneousPairs(families: [arms], seed: 4))
        #expect(first.differenceInterval() == again.differenceInterval())
        #expect(first.ratioInterval() == again.ratioInterval())
        #expect(first.differenceInterval() != other.differenceInterval())
        // Another seed moves the critical value by its resampling noise only.
        #expect(abs(first.differenceInterval().high - other.differenceInterval().high) < 0.01)
    }

    @Test func moreGroupsWidenTheInterval() throws {
        let arm = Arm(successes: 40, trials: 100)
        var width = 0.0
        for count in [2, 3, 6, 16, 17, 40] {
            let arms = [Arm](repeating: arm, count: count)
            let interval = try #require(SimultaneousPairs(families: [arms], seed: 0)).differenceInterval()
            #expect(interval.low == 0)
            #expect(interval.high > width)
            #expect(interval.method == (count <= 16 ? "simultaneous-score" : "simultaneous-score-bonferroni"))
            width = interval.high
        }
    }

    @Test func refusesWhatCannotBeCompared() {
        let arm = Arm(successes: 1, trials: 2)
        #expect(SimultaneousPairs(families: [], seed: 0) == nil)
        #expect(SimultaneousPairs(families: [[]], seed: 0) == nil)
        #expect(SimultaneousPairs(families: [[arm]], seed: 0) == nil)
        #expect(SimultaneousPairs(families: [[arm, arm], [arm]], seed: 0) == nil)
        #expect(SimultaneousPairs(families: [[Arm](repeating: arm, count: 65)], seed: 0) == nil)
    }

    @Test func extremesKeepTheirRange() throws {
        for arms in [
            [Arm(successes: 0, trials: 5), Arm(successes: 0, trials: 9)],
            [Arm(successes: 5, trials: 5), Arm(successes: 9, trials: 9)],
            [Arm(successes: 0, trials: 1), Arm(successes: 1, trials: 1)],
            [Arm(successes: 0, trials: 1_000_000), Arm(successes: 1, trials: 1)],
        ] {
            let pairs = try #require(SimultaneousPairs(families: [arms], seed: 0))
            for interval in [pairs.differenceInterval(), pairs.ratioInterval()] {
                #expect(interval.low >= 0 && interval.low <= interval.high && interval.high <= 1)
            }
        }
    }
}
