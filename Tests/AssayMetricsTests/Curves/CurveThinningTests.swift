import AssayMetrics
import Testing

@Suite struct CurveThinningTests {
    static func curve(_ count: Int, _ height: (Double) -> Double) -> [CurvePoint] {
        (0..<count).map { index in
            let x = Double(index) / Double(count - 1)
            return CurvePoint(x: x, y: height(x))
        }
    }

    @Test func aShortCurveStaysWhole() {
        let points = Self.curve(200) { $0 * $0 }
        #expect(CurveThinning.thinned(points) == points)
    }

    @Test func aLongCurveKeepsItsEndsAndCorners() {
        // A tent and a step: four corners, and lines between them.
        let points = Self.curve(10_001) { $0 < 0.5 ? $0 : $0 < 0.8 ? 1 - $0 : 0.9 }
        let thinned = CurveThinning.thinned(points)
        #expect(thinned.count <= CurveThinning.limit)
        for corner in [0, 5_000, 7_999, 8_000, 10_000] { #expect(thinned.contains(points[corner])) }
        #expect(thinned.allSatisfy(points.contains))
        #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    }

    @Test func nothingOfACurvedLineIsFarFromWhatIsKept() {
        let points = Self.curve(5_000) { $0.squareRoot() }
        let thinned = CurveThinning.thinned(points)
        #expect(thinned.count == CurveThinning.limit)
        var next = 1
        for point in points {
            while thinned[next].x < point.x { next += 1 }
            let (from, to) = (thinned[next - 1], thinned[next])
            let height = from.y + (to.y - from.y) * (point.x - from.x) / (to.x - from.x)
            #expect(abs(height - point.y) < 1e-3)
        }
    }

    @Test func equallyFarPointsAreTakenFromTheFirst() {
        let points = (0..<9).map { CurvePoint(x: Double($0), y: $0 % 2 == 0 ? 0 : 1) }
        #expect(CurveThinning.thinned(points, limit: 3).map(\.x) == [0, 1, 8])
    }
}
