import AssayMetrics
import AssayTerms
import Testing

/// The goal: a slice is named where it is worse, and hardly ever where none is. The method: planted slices, and searches of tables in
/// which every slice has the same rate.
@Suite struct WeakSlicesTests {
    static func rate(_ successes: Int, _ trials: Int) -> Proportion { Proportion(successes: successes, trials: trials) }

    @Test func theWorstComesFirst() {
        let slices = [Self.rate(90, 100), Self.rate(50, 100), Self.rate(10, 100), Self.rate(0, 5)]
        let whole = Self.rate(850, 1000)
        let found = WeakSlices.find(slices, among: slices.map { _ in whole }, minimumRows: 30)
        #expect(found.searched == 3, "five rows are too few to look at")
        #expect(found.weak.map(\.index) == [2, 1])
        #expect(found.weak.allSatisfy { $0.interval.high < 0 && $0.interval.low <= $0.difference })
        #expect(abs(found.weak[0].difference - (0.1 - 840.0 / 900)) < 1e-15)
    }

    @Test func noSliceIsLargeEnough() {
        let found = WeakSlices.find([Self.rate(1, 20)], among: [Self.rate(500, 1000)], minimumRows: 30)
        #expect(found.searched == 0 && found.weak.isEmpty)
    }

    /// Of searches of 40 slices that are all alike, at most one in twenty names any.
    @Test(arguments: [(2000, 0.8), (4000, 0.5)])
    func equalSlicesAreRarelyNamed(rows: Int, rate: Double) {
        var generator = SplitMix64(seed: 11)
        let repetitions = 400
        var named = 0
        for _ in 0..<repetitions {
            var hits = [Int](repeating: 0, count: 40)
            var trials = [Int](repeating: 0, count: 40)
            for _ in 0..<rows {
                let slice = Int(generator.nextUnit() * 40)
                trials[slice] += 1
                if generator.nextUnit() < rate { hits[slice] += 1 }
            }
            let slices = zip(hits, trials).map { Self.rate($0, $1) }
            let whole = Self.rate(hits.reduce(0, +), rows)
            if !WeakSlices.find(slices, among: slices.map { _ in whole }, minimumRows: 30).weak.isEmpty { named += 1 }
        }
        // 5 %, and three standard errors of 400 repetitions.
        #expect(Double(named) / Double(repetitions) < 0.05 + 0.033)
    }

    @Test func theDetectableGapShrinksWithTheRows() throws {
        let few = try #require(DetectableGap.largest([Self.rate(20, 50), Self.rate(40, 100)]).value)
        let many = try #require(DetectableGap.largest([Self.rate(2000, 5000), Self.rate(4000, 10_000)]).value)
        #expect(abs(few / many - 10) < 1e-9)
        // (1.95996 + 0.84162) √(0.24 · 0.03)
        #expect(abs(few - 2.801585218 * (0.24 * 0.03).squareRoot()) < 1e-9)
        #expect(DetectableGap.largest([Self.rate(5, 5)]).undefined != nil)
        #expect(DetectableGap.largest([Self.rate(0, 5), Self.rate(0, 9)]).undefined != nil)
    }
}
