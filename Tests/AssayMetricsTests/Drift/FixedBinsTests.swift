import AssayColumns
import AssayMetrics
import AssayTerms
import Testing

/// The goal: what strict mode is built on keeps its promises. The method: bounds and identities on seeded draws.
@Suite struct FixedBinsTests {
    /// Ranks of the sketch are within its own bound of the true ones, whatever the order and however it was merged, and the
    /// bound stays as small as its documentation says.
    @Test(arguments: [0, 1, 1_024, 1_025, 5_000, 60_000], [1, 3]) func sketchKeepsItsBound(_ count: Int, _ parts: Int) {
        var generator = SplitMix64(seed: UInt64(count + parts))
        let values = (0..<count).map { _ in (generator.nextUnit() * 40_000).rounded() }
        var sketches = [QuantileSketch](repeating: QuantileSketch(), count: parts)
        for (row, value) in values.enumerated() { sketches[row % parts].add(value) }
        var sketch = QuantileSketch()
        for part in sketches { sketch.merge(part) }
        #expect(sketch.total == count)
        let counted = sketch.counted
        #expect(counted.total == count)
        let sorted = values.sorted()
        var before = 0
        var below = 0
        for (value, weight) in zip(counted.values, counted.counts) {
            while below < sorted.count, sorted[below] < value { below += 1 }
            #expect(abs(before - below) <= sketch.rankBound)
            before += weight
        }
        if Set(values).count <= 1_024 { #expect(sketch.rankBound == 0 && counted == CountedValues(values)) }
        #expect(Double(sketch.rankBound) <= 0.01 * Double(count))
    }

    @Test func quantileBinsHoldEqualShares() {
        let values = (0..<1000).map { Double($0) }
        let bins = QuantileBins(values: values, counts: values.map { _ in 1 }, count: 10)
        #expect(bins.count == 10)
        let counts = bins.counts(PooledSample(reference: values, current: [-5, 0, 99, 100, 2000]))
        #expect(counts.reference == [Int](repeating: 100, count: 10))
        #expect(counts.current == [3, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    }

    /// A value that most rows have takes several quantiles and still makes one bin.
    @Test func tiesMakeFewerBins() {
        let bins = QuantileBins(values: [0, 1, 2], counts: [700, 200, 100], count: 10)
        #expect(bins.edges == [0, 1])
        let constant = QuantileBins(values: [4], counts: [10], count: 10)
        #expect(constant.edges.isEmpty)
    }

    @Test func rareCellsAreMerged() {
        let cells = CellCounts(reference: [100, 50, 3, 1], current: [90, 60, 1, 2])
        let merged = cells.merged(expected: 5)
        #expect(merged.reference == [100, 54] && merged.current == [90, 63])
        #expect(merged.referenceTotal == 154 && merged.currentTotal == 153)
        #expect(cells.merged(expected: 0) == cells)
    }

    /// Columns in parts give what the whole column gives.
    @Test func numericStatesMerge() throws {
        let values: [Double] = [1, .nan, 3, .infinity, 5, -2]
        func state(_ rows: Range<Int>) throws -> NumericState {
            var state = NumericState()
            try state.add(Column(name: "a", values: .double(Array(values[rows]))))
            return state
        }
        for cut in 0...values.count {
            var first = try state(0..<cut)
            first.merge(try state(cut..<values.count))
            #expect(first.values == [1, 3, 5, -2] && first.missingCount == 1 && first.infiniteCount == 1)
        }
    }

    /// At the detectable difference of two proportions the z-test is significant four times of five.
    @Test func detectableChangeIsDetected() {
        let n = 2_000
        let size = DetectableChange.proportion(n, n, proportion: 0.5, level: 0.05)
        let low = BinomialSampler(trials: n, probability: 0.5 - size / 2)
        let high = BinomialSampler(trials: n, probability: 0.5 + size / 2)
        var generator = SplitMix64(seed: 9)
        var found = 0
        for _ in 0..<2_000 {
            let test = CellTest.proportions(
                successes: (low.draw(&generator), high.draw(&generator)), totals: (n, n))
            if let test, test.pValue <= 0.05 { found += 1 }
        }
        // Four standard errors of 2,000 repetitions are 0.036.
        #expect(abs(Double(found) / 2_000 - 0.8) < 0.036, "\(found)")
    }
}
