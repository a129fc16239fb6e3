/// How much nearer rows are to their own cluster than to the next one.
package enum Silhouette {
    /// More rows than this are too many pairs, and the mean is taken over a sample of them.
    package static let exactLimit = 50_000
    /// How many rows that sample has.
    package static let sampleCount = 2_000
    /// More rows than this are compared with no sample either.
    package static let rowLimit = 5_000_000

    /// By row `(b − a) / max(a, b)`, −1...1: `a` the mean Euclidean distance to the other rows of its cluster, `b` the least
    /// mean distance to the rows of another one; 0 for a row alone in its cluster. Distances are of the features as they
    /// stand.
    ///
    /// - Parameters:
    ///   - features: by column, all finite.
    ///   - clusters: 0 up to `clusterCount` − 1 a row; every cluster has a row.
    /// - Precondition: there are at least two clusters and a column.
    /// - Complexity: O(rows² · columns) time, O(rows · (columns + clusters)) memory: all pairs once, exact.
    /// - Source: Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics 20, 53–65;
    ///   scikit-learn 1.9 `silhouette_samples`, whose distances by dot products lose digits for near rows.
    package static func values(features: [[Double]], clusters: [Int], clusterCount: Int) -> [Double] {
        let rows = clusters.count
        let width = features.count
        precondition(clusterCount > 1 && width > 0, "a silhouette needs two clusters and a column")
        var points = [Double](repeating: 0, count: rows * width)
        for (column, values) in features.enumerated() {
            for row in 0..<rows { points[row * width + column] = values[row] }
        }
        var sizes = [Int](repeating: 0, count: clusterCount)
        for cluster in clusters { sizes[cluster] += 1 }
        let span = points.span
        // Of each row to the rows of each cluster; a pair is visited once, in the order of its later row.
        var sums = [Double](repeating: 0, count: rows * clusterCount)
        for row in 0..<rows {
            for other in 0..<row {
                var squares = 0.0
                for column in 0..<width {
                    let gap = span[row &* width &+ column] - span[other &* width &+ column]
                    squares += gap * gap
                }
                let distance = squares.squareRoot()
                sums[row &* clusterCount &+ clusters[other]] += distance
                sums[other &* clusterCount &+ clusters[row]] += distance
            }
        }
        return (0..<rows).map { row in
            value(sums[(row * clusterCount)..<((row + 1) * clusterCount)], own: clusters[row], sizes)
        }
    }

    /// The same of some rows only, each against all.
    ///
    /// - Complexity: O(sample · rows · columns).
    package static func values(of sample: [Int], features: [[Double]], clusters: [Int], clusterCount: Int) -> [Double] {
        precondition(clusterCount > 1 && !features.isEmpty, "a silhouette needs two clusters and a column")
        var sizes = [Int](repeating: 0, count: clusterCount)
        for cluster in clusters { sizes[cluster] += 1 }
        var squares = [Double](repeating: 0, count: clusters.count)
        return sample.map { row in
            for place in squares.indices { squares[place] = 0 }
            for values in features {
                let here = values[row]
                for (place, there) in values.enumerated() { squares[place] += (here - there) * (here - there) }
            }
            var sums = [Double](repeating: 0, count: clusterCount)
            for (place, square) in squares.enumerated() { sums[clusters[place]] += square.squareRoot() }
            return value(sums[...], own: clusters[row], sizes)
        }
    }

    /// - Parameter sums: of the row's distances to the rows of each cluster.
    private static func value(_ sums: ArraySlice<Double>, own: Int, _ sizes: [Int]) -> Double {
        guard sizes[own] > 1 else { return 0 }
        let within = sums[sums.startIndex + own] / Double(sizes[own] - 1)
        var next = Double.infinity
        for cluster in sizes.indices where cluster != own && sizes[cluster] > 0 {
            next = min(next, sums[sums.startIndex + cluster] / Double(sizes[cluster]))
        }
        let largest = max(within, next)
        return largest > 0 ? (next - within) / largest : 0
    }
}
