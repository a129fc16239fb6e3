import AssayMetrics
import Testing

/// The goal: every two-sample statistic and p-value as scipy 1.17.1 gives it. The method: fixed samples with and without
/// ties, of equal and unequal sizes, small against large, far from 0, and scipy's printed numbers.
@Suite struct TwoSampleTests {
    private func close(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
        abs(value - expected) <= tolerance * max(1e-3, abs(expected))
    }

    @Test(arguments: DriftSamples.samples) func agreesWithScipy(_ sample: DriftSamples.Sample) throws {
        let pooled = PooledSample(reference: sample.reference, current: sample.current)
        let ks = try #require(KolmogorovSmirnov.test(pooled))
        #expect(close(ks.distance, sample.ks.0) && close(ks.pValue, sample.ks.1), "\(ks)")
        let mannWhitney = try #require(RankTest.mannWhitney(pooled, .twoSided))
        #expect(close(mannWhitney.statistic, sample.mannWhitney.0), "\(mannWhitney)")
        #expect(close(mannWhitney.pValue, sample.mannWhitney.1), "\(mannWhitney)")
        let less = try #require(RankTest.mannWhitney(pooled, .referenceLess))
        #expect(close(less.pValue, sample.less), "\(less)")
        let anderson = try #require(RankTest.andersonDarling(pooled))
        #expect(close(anderson.statistic, sample.anderson.0) && close(anderson.pValue, sample.anderson.1), "\(anderson)")
        let cramer = try #require(CramerVonMises.test(pooled))
        #expect(close(cramer.statistic, sample.cramer.0) && close(cramer.pValue, sample.cramer.1), "\(cramer)")
        // The covariance of sines of arguments near 1e6 keeps about ten digits.
        let epps = try #require(EppsSingleton.test(pooled))
        #expect(close(epps.statistic, sample.epps.0, 1e-7) && close(epps.pValue, sample.epps.1, 1e-7), "\(epps)")
        let student = try #require(MeanTest.student(pooled))
        #expect(close(student.statistic, sample.student.0, 1e-9), "\(student)")
        #expect(close(student.pValue, sample.student.1, 1e-9), "\(student)")
        #expect(close(try #require(DistributionDistance.wasserstein(pooled)), sample.wasserstein))
        #expect(close(try #require(DistributionDistance.energy(pooled)), sample.energy))
    }

    /// scipy 1.17.1 `stats.kstwo.sf`, over every formula's range.
    @Test(arguments: [
        (5, 0.3, 0.664),
        (5, 0.15, 0.9988),
        (10, 0.6, 0.0005681672000000003),
        (100, 0.05, 0.9532159710635725),
        (100, 0.12, 0.10330374901819939),
        (140, 0.1, 0.11353657290090946),
        (140, 0.2, 2.1981563302200222e-05),
        (141, 0.1, 0.11128445516467933),
        (141, 0.05, 0.854845693009663),
        (1000, 0.02, 0.8108971656895577),
        (1000, 0.03, 0.3226902143914636),
        (1000, 0.06, 0.001428597887952891),
        (50000, 0.002, 0.9880386605338913),
        (50000, 0.006, 0.05442749636006261),
        (200000, 0.0015, 0.758498392324318),
        (200000, 0.003, 0.0545369786611305),
        (150000, 0.004, 0.01641549696764547),
        (3000000, 0.0009, 0.015491669704337492),
    ] as [(Int, Double, Double)]) func kolmogorov(_ n: Int, _ x: Double, _ expected: Double) {
        let found = KolmogorovDistribution.upperTail(x, n: n)
        #expect(abs(found - expected) <= 1e-9 * expected, "\(found)")
    }

    @Test(arguments: [
        ([3, 9], [20, 20], 0.08235877701951116), ([0, 5], [5, 5], 0.007936507936507938), ([10, 10], [20, 20], 1),
        ([120, 95], [500, 500], 0.06453413071625236), ([1, 0], [1, 1], 1),
    ] as [([Int], [Int], Double)]) func fisher(_ successes: [Int], _ totals: [Int], _ expected: Double) {
        let found = CellTest.fisherExact(
            successes: (successes[0], successes[1]), totals: (totals[0], totals[1]))
        #expect(close(found, expected), "\(found)")
    }

    @Test func cellTests() throws {
        let cells = CellCounts(reference: [10, 20, 30], current: [14, 9, 33])
        let homogeneity = try #require(CellTest.homogeneity(cells))
        #expect(close(homogeneity.statistic, 4.849773242630385) && close(homogeneity.pValue, 0.08848815114356101))
        #expect(homogeneity.degrees == 2)
        let fit = try #require(CellTest.goodnessOfFit(cells))
        #expect(close(fit.statistic, 8.232142857142858) && close(fit.pValue, 0.016308457697841682))
        #expect(CellTest.likelihoodRatio(cells) == nil)
        let ratio = try #require(
            CellTest.likelihoodRatio(CellCounts(reference: [12, 20, 20], current: [10, 9, 33])))
        #expect(close(ratio.statistic, 15.031599334425305) && close(ratio.pValue, 0.0005444144921069035))
    }

    @Test func adjustedPValues() {
        let found = FalseDiscovery.adjusted([0.01, 0.04, 0.03, 0.5, 0.2])
        for (value, expected) in zip(found, [0.05, 0.2 / 3, 0.2 / 3, 0.5, 0.25]) { #expect(close(value, expected)) }
    }

    @Test func specialFunctions() {
        let logs = [
            (0.25, 1.2880225246980774), (3.5, 1.2009736023470743), (20, 39.339884187199495), (1e5, 1051287.7089736569),
        ]
        for (x, expected) in logs { #expect(close(GammaFunctions.logGamma(x), expected, 1e-14)) }
        let tails: [(Double, Double, Double)] = [
            (0.5, 2, 0.04550026389635857), (3, 1, 0.9196986029286058), (3, 30, 4.501016648012131e-11),
            (100, 90, 0.84177901081357), (500, 700, 7.032145641828496e-16),
        ]
        for (a, x, expected) in tails {
            #expect(abs(GammaFunctions.upperRegularized(a, x) / expected - 1) < 1e-11, "Q(\(a), \(x))")
        }
        let students: [(Double, Double, Double)] = [
            (1.5, 3, 0.23058386524482294), (2.2, 40, 0.03364527558636612), (5, 100_000, 5.742701678641679e-07),
            (0.1, 7, 0.9231480596047924),
        ]
        for (t, degrees, expected) in students {
            let found = TailProbability.student(beyond: t, degrees: degrees)
            #expect(abs(found / expected - 1) < 1e-10, "t \(t), \(degrees): \(found)")
        }
        let quantile = TailProbability.chiSquareQuantile(tail: 0.05, degrees: 3)
        #expect(close(quantile, 7.814727903251179))
    }

    /// `numpy.random.seed(0)` and two permutations of ten.
    @Test func legacyShuffle() {
        var generator = MersenneTwister(seed: 0)
        for expected in [[2, 8, 4, 9, 1, 6, 7, 3, 0, 5], [3, 5, 1, 2, 9, 8, 0, 6, 7, 4]] as [[Int32]] {
            var order: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
            generator.shuffle(&order)
            #expect(order == expected)
        }
    }

    /// Equal samples are at distance 0; swapping the samples changes no symmetric distance; a merged list of values gives
    /// what the two lists in one gave.
    @Test func laws() throws {
        var generator = SplitMix64(seed: 3)
        for size in [1, 2, 7, 600, 5000] {
            let reference = (0..<size).map { _ in (generator.nextUnit() * 50).rounded() / 10 }
            let current = (0..<(size + size / 3)).map { _ in (generator.nextUnit() * 55).rounded() / 10 }
            let pooled = PooledSample(reference: reference, current: current)
            let swapped = PooledSample(reference: current, current: reference)
            #expect(KolmogorovSmirnov.test(pooled)?.distance == KolmogorovSmirnov.test(swapped)?.distance)
            let same = PooledSample(reference: reference, current: reference)
            #expect(DistributionDistance.wasserstein(same) == 0)
            #expect(KolmogorovSmirnov.test(same)?.pValue == 1)
            let shares = CellDistance.shares(pooled.cells)
            let back = CellDistance.shares(swapped.cells)
            #expect(CellDistance.totalVariation(shares.0, shares.1) == CellDistance.totalVariation(back.0, back.1))
            let whole = PooledSample(reference: reference.shuffled(using: &generator), current: current.reversed())
            #expect(whole.values == pooled.values && whole.reference == pooled.reference)
            #expect(whole.current == pooled.current)
        }
    }

    @Test func emptySamplesHaveNoAnswer() {
        let empty = PooledSample(reference: [], current: [1, 2])
        #expect(KolmogorovSmirnov.test(empty) == nil && RankTest.andersonDarling(empty) == nil)
        #expect(RankTest.mannWhitney(empty, .twoSided) == nil && MeanTest.student(empty) == nil)
        #expect(CramerVonMises.test(empty) == nil && EppsSingleton.test(empty) == nil)
        #expect(DistributionDistance.wasserstein(empty) == nil && DistributionDistance.energy(empty) == nil)
        #expect(CellTest.homogeneity(empty.cells) == nil)
    }
}
