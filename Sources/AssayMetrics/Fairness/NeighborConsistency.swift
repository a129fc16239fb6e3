/// Whether rows that are alike are treated alike.
package enum NeighborConsistency {
    /// More rows than this take too long, where the columns are few and where they are many: a tree of the rows tells little
    /// beyond some ten columns, and a row is then compared with nearly all.
    package static func rowLimit(columnCount: Int) -> Int { columnCount <= 10 ? 1_000_000 : 50_000 }

    /// `1 − mean |yᵢ − mean y of the neighbors nearest to i|`, 0...1; 1 where every row has its neighbours' outcome. A row is
    /// its own neighbour. Distances are Euclidean over the features as they stand, so features of large numbers count more;
    /// of equally near rows the earlier comes first, where scikit-learn's tree leaves the choice open.
    ///
    /// - Parameters:
    ///   - features: by column, all finite.
    ///   - outcomes: 0 or 1 a row.
    /// - Precondition: there are at least `neighbors` rows, all columns of their count, and a column.
    /// - Complexity: O(rows · log rows · columns) where columns are few, up to O(rows² · columns); exact, see `NeighborTree`.
    /// - Source: Zemel, R. et al. (2013). Learning fair representations. ICML, section 5.1; AIF360 0.6
    ///   `BinaryLabelDatasetMetric.consistency(n_neighbors=5)` with scikit-learn 1.9 `NearestNeighbors`.
    package static func value(features: [[Double]], outcomes: [Double], neighbors: Int) -> Double {
        let rows = outcomes.count
        let width = features.count
        precondition(neighbors > 0 && rows >= neighbors && width > 0, "there are too few rows or columns")
        var points = [Double](repeating: 0, count: rows * width)
        for (column, values) in features.enumerated() {
            for row in 0..<rows { points[row * width + column] = values[row] }
        }
        let tree = NeighborTree(points: points, width: width)
        var nearest: [Int] = []
        var distances: [Double] = []
        var gaps: [Double] = []
        gaps.reserveCapacity(rows)
        for row in 0..<rows {
            tree.find(neighbors, nearestTo: row, into: &nearest, distances: &distances)
            let mean = nearest.reduce(0) { $0 + outcomes[$1] } / Double(neighbors)
            gaps.append(abs(outcomes[row] - mean))
        }
        return 1 - blockedSum(of: gaps) / Double(rows)
    }
}
