import AssayMetrics
import Testing

/// The goal: quantiles are numpy's while all values are kept, and never off by more than the bound that is stated. The
/// method: hand-worked ranks; seeded rows against the exact order.
@Suite struct QuantileStateTests {
    @Test func exactQuantilesInterpolateAsNumpy() {
        var state = QuantileState()
        state.add([4, 1, 3, 2])
        let sorted = state.sorted()
        #expect(state.isExact)
        #expect(sorted.quantile(0) == 1)
        #expect(sorted.quantile(1) == 4)
        #expect(sorted.quantile(0.5) == 2.5)
        #expect(sorted.quantile(0.25, .lower) == 1)
        #expect(sorted.quantile(0.25, .higher) == 2)
        #expect(sorted.quantile(0.25, .nearest) == 2)
        #expect(sorted.countBelow(3) == 2)
        #expect(sorted.countBelow(3, orEqual: true) == 3)
        #expect(QuantileState().sorted().quantile(0.5) == nil)
    }

    @Test(arguments: [10, 63, 64, 65, 1_000, 20_000])
    func aSketchKeepsItsBound(count: Int) {
        var generator = SplitMix64(seed: UInt64(count))
        let values = (0..<count).map { _ in (generator.nextUnit() * 1_000).rounded() }
        var state = QuantileState(capacity: 64)
        for start in stride(from: 0, to: count, by: 17) { state.add(Array(values[start..<min(count, start + 17)])) }
        let sketch = state.sorted()
        let exact = values.sorted()
        #expect(state.isExact == (count <= 64))
        #expect(state.rankError < 0.2)
        for bound in stride(from: 0.0, through: 1_000, by: 50) {
            let truth = exact.filter { $0 < bound }.count
            #expect(Double(abs(sketch.countBelow(bound) - truth)) <= state.rankError * Double(count))
        }
    }
}
