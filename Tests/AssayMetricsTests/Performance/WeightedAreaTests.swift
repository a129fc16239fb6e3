import AssayMetrics
import AssayTerms
import Testing

@Suite struct WeightedAreaTests {
    private func scores(_ count: Int, above shift: Double, seed: UInt64) -> [Double] {
        var draw = SplitMix64(seed: seed)
        return (0..<count).map { _ in ((draw.nextUnit() + shift) * 20).rounded() / 20 }
    }

    private func weighted(_ scores: [Double], _ weight: (Int) -> Double) -> [WeightedScore] {
        scores.enumerated().map { WeightedScore(score: $1, weight: weight($0)) }
    }

    /// With equal weights it is DeLong's interval, ties included.
    @Test(arguments: [0.3, 1, 7.5]) func equalWeightsAreDeLongs(weight: Double) throws {
        let (positives, negatives) = (scores(80, above: 0.2, seed: 1), scores(130, above: 0, seed: 2))
        let plain = RankedScores.area(positives: positives, negatives: negatives)
        let area = RankedScores.weightedArea(
            positives: weighted(positives) { _ in weight }, negatives: weighted(negatives) { _ in weight })
        let (first, second) = (try #require(plain.interval), try #require(area.interval))
        #expect(abs(first.low - second.low) < 1e-12 && abs(first.high - second.high) < 1e-12)
        #expect(second.method == "delong-weighted")
    }

    /// The influence of each row by leaving none out but weighing it a little more: the derivative of the area.
    @Test func theVarianceIsThatOfTheRowsInfluence() throws {
        let (positives, negatives) = (scores(25, above: 0.3, seed: 5), scores(30, above: 0, seed: 6))
        let weight: (Int) -> Double = { 1 + Double($0 % 4) }
        func area(_ changed: Int?, by step: Double = 0) -> Double {
            let all = weighted(positives) { weight($0) + (changed == $0 ? step : 0) }
            let others = weighted(negatives) { weight($0) + (changed == 25 + $0 ? step : 0) }
            return RankedScores.weightedArea(positives: all, negatives: others).value ?? .nan
        }
        var variance = 0.0
        for (range, count) in [(0..<25, 25.0), (25..<55, 30.0)] {
            var part = 0.0
            for row in range {
                let own = weight(row < 25 ? row : row - 25)
                let influence = own * (area(row, by: 1e-5) - area(row, by: -1e-5)) / 2e-5
                part += influence * influence
            }
            variance += part * count / (count - 1)
        }
        let error = try #require(
            RankedScores.weightedArea(positives: weighted(positives, weight), negatives: weighted(negatives, weight)).error)
        // The differences are of order 1e-10 beside an area of 1.
        #expect(abs(error.deviation - variance.squareRoot()) < 1e-6)
    }

    @Test func thereIsNoIntervalAtTheEnds() {
        let one = RankedScores.weightedArea(
            positives: weighted([2, 3]) { _ in 2 }, negatives: weighted([0, 1]) { _ in 1 })
        #expect(one.value == 1 && one.interval == nil)
        let single = RankedScores.weightedArea(
            positives: weighted([2, 0]) { $0 == 0 ? 1 : 0 }, negatives: weighted([0, 1, 3]) { _ in 1 })
        #expect(single.interval == nil)
    }
}
