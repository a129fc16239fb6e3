/// Some rows of a matrix row by row, as a walk through trees reads them.
struct FeatureRows: Sendable {
    let rowCount: Int
    let featureCount: Int
    let values: [Double]
    let hasMissing: Bool

    init(_ matrix: FeatureMatrix, _ rows: Range<Int>) {
        rowCount = rows.count
        featureCount = matrix.featureCount
        let (features, all) = (matrix.featureCount, matrix.rowCount)
        // One more at the end: a tree that is a leaf reads a value it does not need, of a row that may have none.
        values = [Double](unsafeUninitializedCapacity: rows.count * features + 1) { buffer, count in
            for feature in 0..<features {
                for (place, row) in rows.enumerated() { buffer[place * features + feature] = matrix.values[feature * all + row] }
            }
            buffer[rows.count * features] = 0
            count = rows.count * features + 1
        }
        hasMissing = values.contains { $0.isNaN }
    }
}
