import AssayMetrics
import Testing

/// The tree's answer is that of comparing all pairs, rows and order, ties included.
@Suite struct NeighborTreeTests {
    private func nearest(_ points: [Double], width: Int, count: Int, of row: Int) -> [Int] {
        let rows = points.count / width
        let distances = (0..<rows).map { other in
            (0..<width).reduce(0) { sum, column in
                let gap = points[row * width + column] - points[other * width + column]
                return sum + gap * gap
            }
        }
        return Array((0..<rows).sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count))
    }

    private enum Shape: CaseIterable {
        case spread, grid, constant, clumped, extreme
    }

    private func points(_ shape: Shape, rows: Int, width: Int, seed: UInt64) -> [Double] {
        var draw = SplitMix64(seed: seed)
        return (0..<(rows * width)).map { _ in
            switch shape {
            case .spread: draw.nextUnit()
            case .grid: (draw.nextUnit() * 3).rounded(.down)
            case .constant: 7
            case .clumped: draw.nextUnit() < 0.9 ? 1 : draw.nextUnit()
            case .extreme: (draw.nextUnit() - 0.5) * (draw.nextUnit() < 0.5 ? 1e150 : 1e-150)
            }
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 33, 300], [1, 2, 5]) func theNearestAreThoseOfAllPairs(rows: Int, width: Int) {
        for (index, shape) in Shape.allCases.enumerated() {
            let points = points(shape, rows: rows, width: width, seed: UInt64(rows * 31 + width * 7 + index))
            let tree = NeighborTree(points: points, width: width)
            var found: [Int] = []
            var distances: [Double] = []
            for count in Set([1, min(5, rows), rows]) {
                for row in stride(from: 0, to: rows, by: max(1, rows / 20)) {
                    tree.find(count, nearestTo: row, into: &found, distances: &distances)
                    #expect(found == nearest(points, width: width, count: count, of: row), "\(shape) \(count) \(row)")
                }
            }
        }
    }

    /// Rows that are all the same row are the worst case of a tree; it still finds the earliest at once.
    @Test func equalRowsAreNotAllVisited() {
        let rows = 60_000
        let values = NeighborConsistency.value(
            features: [[Double](repeating: 1, count: rows), [Double](repeating: 2, count: rows)],
            outcomes: (0..<rows).map { $0 < 5 ? 1 : 0 }, neighbors: 5)
        // Every row's neighbours are the first five.
        #expect(values == 1 - Double(rows - 5) / Double(rows))
    }
}
