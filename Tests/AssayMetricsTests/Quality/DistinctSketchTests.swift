import AssayMetrics
import Testing

/// The goal: the count is within its stated error, and repeats change nothing. The method: known counts.
@Suite struct DistinctSketchTests {
    @Test(arguments: [0, 1, 100, 30_000, 200_000])
    func theEstimateIsWithinFourStandardErrors(count: Int) {
        var sketch = DistinctSketch()
        for key in 0..<count { sketch.add(UInt64(key)) }
        let once = sketch.estimate
        for key in 0..<min(count, 1_000) { sketch.add(UInt64(key)) }
        #expect(sketch.estimate == once)
        #expect(abs(Double(once - count)) <= 4 * DistinctSketch.standardError * Double(count))
    }
}
