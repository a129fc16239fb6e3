/// Whether rows that are alike are treated alike.
package enum NeighborConsistency {
    /// More rows than this are too many pairs: a minute and more at ten features.
    package static let rowLimit = 50_000

    /// `1 − mean |yᵢ − mean y of the neighbors nearest to i|`, 0...1; 1 where every row has its neighbours' outcome. A row is
    /// its own neighbour. Distances are Euclidean over the features as they stand, so features of large numbers count more;
    /// of equally near rows the earlier comes first, where scikit-learn's tree leaves the choice open.
    ///
    /// - Parameters:
    ///   - features: by column, all finite.
    ///   - outcomes: 0 or 1 a row.
    /// - Precondition: there are at least `neighbors` rows, all columns of their count, and a column.
    /// - Complexity: O(rows² · columns): all pairs, exact.
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
        var distances = [Double](repeating: .infinity, count: neighbors)
        var nearest = [Int](repeating: 0, count: neighbors)
        let span = points.span
        var gaps: [Double] = []
        gaps.reserveCapacity(rows)
        for row in 0..<rows {
            for place in 0..<neighbors { distances[place] = .infinity }
            for other in 0..<rows {
                var distance = 0.0
                for column in 0..<width {
                    let gap = span[row &* width &+ column] - span[other &* width &+ column]
                    distance += gap * gap
                }
                guard distance < distances[neighbors - 1] || distances[neighbors - 1] == .infinity else { continue }
                var place = neighbors - 1
                while place > 0, distances[place - 1] > distance {
                    distances[place] = distances[place - 1]
                    nearest[place] = nearest[place - 1]
                    place -= 1
                }
                distances[place] = distance
                nearest[place] = other
            }
            let mean = nearest.reduce(0) { $0 + outcomes[$1] } / Double(neighbors)
            gaps.append(abs(outcomes[row] - mean))
        }
        return 1 - blockedSum(of: gaps) / Double(rows)
    }
}
