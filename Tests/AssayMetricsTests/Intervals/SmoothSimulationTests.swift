import AssayMetrics
import Testing

/// The goal: intervals of smooth measures hold the truth about as often as they say. The method: seeded rows whose true measure
/// is known; few repetitions, so the bounds allow three standard errors. `scripts/simulate --smooth` prints the full table.
@Suite struct SmoothSimulationTests {
    @Test(arguments: SmoothSimulation.Kind.allCases, [0, 0.1])
    func intervalsHoldTheTruth(kind: SmoothSimulation.Kind, gap: Double) {
        let simulation = SmoothSimulation(kind, rows: [300, 60, 60], truths: [0.7, 0.7, 0.7 + gap])
        let coverage = simulation.coverage(repetitions: 120, seed: 7)
        // 0.95 less three standard errors of 360 and 120 repetitions.
        #expect(coverage.single > 0.95 - 0.035)
        #expect(coverage.difference > 0.95 - 0.06)
        #expect(coverage.ratio > 0.95 - 0.06)
    }

    @Test func weightedMeansToo() {
        let simulation = SmoothSimulation(.mae, rows: [200, 60], truths: [0.5, 0.6], isWeighted: true)
        let coverage = simulation.coverage(repetitions: 150, seed: 9)
        #expect(coverage.single > 0.91 && coverage.single < 0.99)
        #expect(coverage.difference > 0.89)
    }

    @Test func aGroupWithoutStandardErrorHasNoInterval() {
        let known = Estimate(0.5, interval: nil)
        #expect(SimultaneousEstimates([[known, known]], seed: 0) == nil)
    }
}
