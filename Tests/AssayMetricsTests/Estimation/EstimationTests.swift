import AssayMetrics
import AssayTerms
import Testing

/// The goal: performance is expected as the probabilities say. The method: small cases worked out by hand; NannyML's numbers
/// stand in Tests/Reference/test_estimates.py.
@Suite struct EstimationTests {
    @Test func violatorsArePooledAndLinesLieBetween() {
        let calibration = IsotonicCalibration(scores: [0.1, 0.2, 0.3, 0.3, 0.6, 0.8], labels: [0, 1, 0, 1, 0, 1])
        // 0.2 (1 of 1), 0.3 (1 of 2) and 0.6 (0 of 1) fall, so they are one block of two positives in four rows.
        #expect(calibration.scores == [0.1, 0.2, 0.6, 0.8])
        #expect(calibration.probabilities == [0, 0.5, 0.5, 1])
        for (score, wanted) in [(0, 0), (0.1, 0), (0.15, 0.25), (0.4, 0.5), (0.7, 0.75), (0.9, 1)] as [(Double, Double)] {
            #expect(abs(calibration.probability(of: score) - wanted) < 1e-15, "\(score)")
        }
    }

    @Test func oneScoreIsOneProbability() {
        let calibration = IsotonicCalibration(scores: [0.5, 0.5, 0.5 + 1e-17], labels: [1, 0, 0])
        #expect(calibration.scores == [0.5] && calibration.probability(of: 0.9) == 1.0 / 3)
    }

    @Test func knownLabelsAreMeasured() {
        let measured = ExpectedPerformance(
            probabilities: [1, 0, 1, 0, 1], scores: [0.9, 0.8, 0.7, 0.2, 0.1], predictions: [1, 1, 1, 0, 0])
        let values = ExpectedPerformance.Measure.allCases.map { measured.estimate($0) }
        #expect(values.allSatisfy { $0.interval == nil }, "nothing is open")
        let expected = [0.5, 2.0 / 3, 2.0 / 3, 2.0 / 3, 0.5, 0.6]
        for (value, wanted) in zip(values, expected) { #expect(abs((value.value ?? -1) - wanted) < 1e-15) }
    }

    @Test func openLabelsGiveAnInterval() throws {
        let rows = 400
        let expected = ExpectedPerformance(
            probabilities: [Double](repeating: 0.8, count: rows), scores: [Double](repeating: 0.8, count: rows),
            predictions: [UInt8](repeating: 1, count: rows))
        let accuracy = expected.estimate(.accuracy)
        let interval = try #require(accuracy.interval)
        // The standard deviation of a share of 400 rows at 0.8 is 0.02.
        #expect(abs(interval.high - 0.8 - 1.959_963_984_540_054 * 0.02) < 1e-12)
        // Sums of 400 rounded numbers stand above and below the line.
        #expect(abs((expected.estimate(.area).value ?? 0) - 0.5) < 1e-13)
        #expect(expected.estimate(.specificity).value == 0)
    }

    @Test func sharesOfNothingAreUndefined() {
        let none = ExpectedPerformance(probabilities: [], scores: [], predictions: [])
        #expect(ExpectedPerformance.Measure.allCases.allSatisfy { none.estimate($0).value == nil && none.estimate($0).undefined != nil })
        let negative = ExpectedPerformance(probabilities: [0], scores: [0.1], predictions: [0])
        for measure in [ExpectedPerformance.Measure.area, .precision, .recall, .f1] {
            #expect(negative.estimate(measure).value == nil)
        }
        #expect(negative.estimate(.specificity).value == 1 && negative.estimate(.accuracy).value == 1)
    }

    @Test(arguments: [([UInt8](repeating: 1, count: 40), "one label"), ([1] + [UInt8](repeating: 0, count: 39), "one positive")])
    func fewLabelsAreNotCalibrated(_ labels: [UInt8], _ what: String) {
        #expect(!CalibrationNeed.isNeeded(scores: labels.indices.map { Double($0) / 40 }, labels: labels))
    }
}
