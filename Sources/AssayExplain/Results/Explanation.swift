package import AssayTerms

/// Attributions of rows to the model's input columns: `baseValues[k] + Σ_j φ_ikj` is score k of row i.
package struct Explanation: Sendable {
    package let featureNames: [Text]
    /// What the rows were compared with.
    package let background: String
    /// What the attributions add up to: `log-odds`, `probability` or `raw`.
    package let space: String
    /// One per score: one for a binary classifier (its second class), else one per class.
    package let baseValues: [Double]
    package let rowCount: Int
    /// Row by row, within it score by score, within it column by column.
    private let attributions: [Double]

    init(
        featureNames: [Text], background: String, space: String, baseValues: [Double], attributions: [Double],
        rowCount: Int
    ) {
        precondition(
            attributions.count == rowCount * baseValues.count * featureNames.count, "attributions have another shape")
        self.featureNames = featureNames
        self.background = background
        self.space = space
        self.baseValues = baseValues
        self.attributions = attributions
        self.rowCount = rowCount
    }

    package func attributions(row: Int, score: Int) -> ArraySlice<Double> {
        let start = (row * baseValues.count + score) * featureNames.count
        return attributions[start..<(start + featureNames.count)]
    }
}
