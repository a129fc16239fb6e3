import AssayMetrics
import Testing

@Suite struct NormalDistributionTests {
    /// SciPy 1.17 `scipy.stats.norm.isf`, in all three ranges of the algorithm and beside their borders.
    @Test(arguments: [
        (0.5, 0), (0.3, 0.5244005127080409), (0.08, 1.4050715603096329), (0.075, 1.4395314709384563),
        (0.025, 1.9599639845400545), (0.01, 2.3263478740408408), (0.025 / 15, 2.935199468866706),
        (0.025 / 2016, 4.216597688824974), (1e-10, 6.361340902404056), (1e-20, 9.262340089798409),
    ])
    func agreesWithSciPy(tail: Double, quantile: Double) {
        #expect(abs(NormalDistribution.upperQuantile(tail: tail) - quantile) <= 1e-14 * quantile)
    }

    @Test func theConstantIsTheFunctions() {
        let computed = NormalDistribution.upperQuantile(tail: 0.025)
        #expect(abs(computed - NormalDistribution.upperQuantile975) <= 4 * computed.ulp)
    }
}
