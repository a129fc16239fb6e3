package import AssayModels

/// Each input column's share of the attributions.
///
/// Definition: the mean over rows of |φ| for column j at the row's predicted class, divided by the sum of these means
/// over the columns. Shares are in 0...1 and sum to 1. Of two classes the second is explained, and |φ| is the same for
/// either. No rows, or attributions that are all zero: `nil`.
///
/// - Complexity: O(rows × columns). A state: blocks may be added one after another.
package struct FeatureImportance: Sendable {
    private var sums: [Double]

    package init(featureCount: Int) { sums = [Double](repeating: 0, count: featureCount) }

    package mutating func add(_ explanation: Explanation, _ scores: Scores) { add(explanation, classes: scores.classes) }

    /// - Parameters:
    ///   - classes: each row's predicted class by index; looked at where several are explained.
    ///   - isTold: whether a row's explanation may be told, here too.
    package mutating func add(_ explanation: Explanation, classes: [Int], where isTold: (Int) -> Bool = { _ in true }) {
        for row in 0..<explanation.rowCount where isTold(row) {
            let score = explanation.baseValues.count == 1 ? 0 : classes[row]
            for (feature, value) in explanation.attributions(row: row, score: score).enumerated() {
                sums[feature] += value.magnitude
            }
        }
    }

    package var shares: [Double]? {
        var total = 0.0
        for sum in sums { total += sum }
        // The sums' own division by the row count cancels.
        return total > 0 && total.isFinite ? sums.map { $0 / total } : nil
    }
}
