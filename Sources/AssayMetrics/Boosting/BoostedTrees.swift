/// A sum of regression trees, each grown on what the sum of those before leaves over.
///
/// - Source: LightGBM 4.6.0 `LGBMRegressor()` with its defaults (100 trees, a rate of 0.1, from the mean on), for features of
///   numbers; LightGBM holds gradients and labels in single precision, this in double.
package struct BoostedTrees: Sendable {
    private static let treeCount = 100
    private static let rate = 0.1

    private let start: Double
    private let trees: [RegressionTree]

    /// - Parameter targets: one a row, finite.
    /// - Precondition: there is a row.
    /// - Complexity: O(trees × rows × features × depth).
    package init(_ rows: BinnedRows, targets: [Double]) {
        precondition(rows.count == targets.count && !targets.isEmpty, "each row has a target")
        start = blockedSum(of: targets) / Double(targets.count)
        var predictions = [Double](repeating: start, count: targets.count)
        var trees: [RegressionTree] = []
        for _ in 0..<Self.treeCount {
            var grower = TreeGrower(rows, gradients: zip(predictions, targets).map { $0 - $1 })
            var (tree, leaves) = grower.grow()
            guard !tree.splits.isEmpty else { break }
            tree.leaves = tree.leaves.map { $0 * Self.rate }
            for row in predictions.indices { predictions[row] += tree.leaves[Int(leaves[row])] }
            trees.append(tree)
        }
        self.trees = trees
    }

    /// One number a row.
    ///
    /// - Precondition: the rows are in the bins of those learned from.
    package func predictions(for rows: BinnedRows) -> [Double] {
        (0..<rows.count).map { row in trees.reduce(start) { $0 + $1.value(ofRow: row, in: rows) } }
    }
}
