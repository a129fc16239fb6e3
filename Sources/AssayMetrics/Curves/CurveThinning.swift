/// Fewer points for the same picture.
package enum CurveThinning {
    /// So many points of a curve are kept.
    package static let limit = 200

    /// All points where there are up to `limit`; else both ends and, one after the other, the point farthest from the lines
    /// through those kept so far, both axes in units of their ranges. So corners stay, and what lies on a line between two
    /// corners goes first. Of equally far points the first is taken; no point is moved.
    ///
    /// - Complexity: O(`points.count` · `limit`) at worst, about O(`points.count` · log `limit`) on real curves.
    /// - Source: Douglas, D. H. and Peucker, T. K. (1973). Algorithms for the reduction of the number of points required to
    ///   represent a digitized line or its caricature. Cartographica 10, 112–122; by the largest distance first, as in their
    ///   method 2, until the number is reached instead of a tolerance.
    package static func thinned(_ points: [CurvePoint], limit: Int = limit) -> [CurvePoint] {
        precondition(limit >= 2, "a curve keeps both of its ends")
        guard points.count > limit else { return points }
        let width = range(points.map(\.x))
        let height = range(points.map(\.y))
        var spans = [span(points, 0, points.count - 1, width, height)]
        var kept: Set<Int> = [0, points.count - 1]
        while kept.count < limit {
            guard let widest = spans.indices.max(by: { spans[$0].distance < spans[$1].distance }),
                spans[widest].distance > 0
            else { break }
            let split = spans.remove(at: widest)
            kept.insert(split.farthest)
            // In place, so that the earlier of two equally far points stays the first.
            spans.insert(
                contentsOf: [
                    span(points, split.start, split.farthest, width, height),
                    span(points, split.farthest, split.end, width, height),
                ], at: widest)
        }
        return kept.sorted().map { points[$0] }
    }

    private struct Span {
        var start: Int
        var end: Int
        var farthest: Int
        /// Squared.
        var distance: Double
    }

    /// The point between two kept ones that lies farthest from the line through them, or from them where they coincide.
    private static func span(_ points: [CurvePoint], _ start: Int, _ end: Int, _ width: Double, _ height: Double) -> Span {
        let first = points[start]
        let across = (points[end].x - first.x) / width
        let up = (points[end].y - first.y) / height
        let length = across * across + up * up
        var span = Span(start: start, end: end, farthest: start, distance: 0)
        for index in (start + 1)..<max(start + 1, end) {
            let x = (points[index].x - first.x) / width
            let y = (points[index].y - first.y) / height
            let cross = across * y - up * x
            let distance = length > 0 ? cross * cross / length : x * x + y * y
            if distance > span.distance {
                span.distance = distance
                span.farthest = index
            }
        }
        return span
    }

    private static func range(_ values: [Double]) -> Double {
        guard let low = values.min(), let high = values.max(), high > low else { return 1 }
        return high - low
    }
}
