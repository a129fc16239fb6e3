import AssayMetrics
import AssayTerms
import Testing

/// The goal: a paired difference with an interval that covers, and McNemar's exact probability. The method: small counts worked by
/// hand, and tables drawn from known cells.
@Suite struct PairedMeasuresTests {
    /// Rows that both, the first, the second and neither predict right.
    static func state(_ both: Int, _ first: Int, _ second: Int, _ neither: Int) -> PairedState {
        var state = PairedState()
        let right: [(Int, Int32, Int32)] = [(both, 1, 1), (first, 1, 0), (second, 0, 1), (neither, 0, 0)]
        for (count, one, other) in right {
            state.add(
                labels: [Int32](repeating: 1, count: count), first: [Int32](repeating: one, count: count),
                second: [Int32](repeating: other, count: count))
        }
        return state
    }

    static let exact: [(Int, Int, Double)] = [
        (5, 1, 0.21875), (0, 0, 1), (3, 3, 1), (1, 0, 1), (0, 10, 2.0 / 1024), (8, 2, 0.109375),
    ]

    @Test(arguments: exact)
    func mcNemarIsTheBinomialTest(first: Int, second: Int, probability: Double) throws {
        let value = try #require(PairedMeasures.mcNemar(Self.state(10, first, second, 4)).value)
        #expect(abs(value - probability) <= 1e-15)
    }

    @Test func manyRowsKeepTheirTail() throws {
        let value = try #require(PairedMeasures.mcNemar(Self.state(0, 60_000, 40_000, 0)).value)
        #expect(value >= 0 && value < 1e-300)
    }

    @Test func theGainIsTheDifferenceOfHits() {
        #expect(PairedMeasures.accuracyGain(Self.state(5, 3, 1, 1)).value == 0.2)
        #expect(PairedMeasures.accuracyGain(PairedState()).undefined != nil)
        #expect(PairedMeasures.areaGain(PairedState()).undefined != nil)
    }

    @Test(arguments: [(60, 0.1, 0.1), (60, 0.2, 0.05), (400, 0.1, 0.1)])
    func theIntervalHoldsTheTruth(rows: Int, first: Double, second: Double) throws {
        var generator = SplitMix64(seed: 3)
        let repetitions = 2000
        var held = 0
        for _ in 0..<repetitions {
            var counts = [0, 0, 0]
            for _ in 0..<rows {
                let draw = generator.nextUnit()
                counts[draw < first ? 0 : draw < first + second ? 1 : 2] += 1
            }
            let interval = try #require(
                PairedMeasures.accuracyGain(Self.state(counts[2], counts[0], counts[1], 0)).interval)
            if interval.low <= first - second, first - second <= interval.high { held += 1 }
        }
        // At least 94 %, within three standard errors of 2,000 repetitions.
        #expect(Double(held) / Double(repetitions) > 0.94 - 0.015)
    }
}
