package import AssayTerms

/// Attributions of rows to the model's input columns, or to groups of them: `baseValues[k] + Σ_j φ_ikj` is score k of row i.
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
    package let attributions: [Double]
    /// `[((row · scores + score) · players + i) · players + j]`, where these were asked for: symmetric, each row of a matrix adding up to the attribution.
    package let interactions: [Double]?
    /// Where rows have base values of their own, as losses of different labels do: `[row · scores + score]`.
    private let rowBases: [Double]?

    init(
        featureNames: [Text], background: String, space: String, baseValues: [Double], attributions: [Double],
        rowCount: Int, interactions: [Double]? = nil, rowBases: [Double]? = nil
    ) {
        precondition(
            attributions.count == rowCount * baseValues.count * featureNames.count, "attributions have another shape")
        self.featureNames = featureNames
        self.background = background
        self.space = space
        self.baseValues = baseValues
        self.attributions = attributions
        self.rowCount = rowCount
        precondition((interactions?.count ?? attributions.count * featureNames.count) == attributions.count * featureNames.count, "interactions")
        self.interactions = interactions
        precondition((rowBases?.count ?? rowCount * baseValues.count) == rowCount * baseValues.count, "base values of other rows")
        self.rowBases = rowBases
    }

    /// Matrices of what has no interactions.
    ///
    /// - Throws: `limitExceeded` for more than fit into memory.
    static func diagonals(_ attributions: [Double], players: Int) throws(AssayError) -> [Double] {
        guard attributions.count * players <= TreeExplainer.interactionCells else {
            throw AssayError(
                .limitExceeded,
                "interaction values of \(attributions.count / max(players, 1)) rows and \(players) columns are more than fit into memory; put columns into groups")
        }
        var matrices = [Double](repeating: 0, count: attributions.count * players)
        for (place, value) in attributions.enumerated() { matrices[place * players + place % players] = value }
        return matrices
    }

    /// Checks that in each row `baseValues[k] + Σ φ` is score k.
    ///
    /// - Throws: `.unsupported` where a score is beyond a double; `.internalFault` where a sum misses it by more than 1e-9 of the size of its parts.
    func requireSums(of scores: [[Double]]) throws(AssayError) {
        for row in 0..<rowCount {
            for score in baseValues.indices {
                var sum = base(row: row, score: score)
                var size = 1 + sum.magnitude
                for value in attributions(row: row, score: score) {
                    sum += value
                    size += value.magnitude
                }
                guard size.isFinite, scores[score][row].isFinite else {
                    throw AssayError(.unsupported, "the model's scores overflow and cannot be explained")
                }
                guard (sum - scores[score][row]).magnitude <= 1e-9 * size else {
                    throw AssayError(.internalFault, "attributions do not add up to the model's score")
                }
            }
        }
    }

    package func attributions(row: Int, score: Int) -> ArraySlice<Double> {
        let start = (row * baseValues.count + score) * featureNames.count
        return attributions[start..<(start + featureNames.count)]
    }

    /// What a row's attributions are added to.
    package func base(row: Int, score: Int) -> Double { rowBases?[row * baseValues.count + score] ?? baseValues[score] }

    /// A row's matrix of interaction values, row by row.
    package func interactions(row: Int, score: Int) -> ArraySlice<Double>? {
        let size = featureNames.count * featureNames.count
        let start = (row * baseValues.count + score) * size
        return interactions?[start..<(start + size)]
    }
}
