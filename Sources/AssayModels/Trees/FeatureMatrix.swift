/// Prepared values of rows, one feature after another: what trees are asked about.
package struct FeatureMatrix: Sendable {
    package let rowCount: Int
    package let featureCount: Int
    /// Feature by feature, within it row by row.
    package let values: [Double]

    package init(rowCount: Int, featureCount: Int, values: [Double]) {
        precondition(values.count == rowCount * featureCount, "a matrix of another shape")
        self.rowCount = rowCount
        self.featureCount = featureCount
        self.values = values
    }

    /// The features of a graph as numbers: one-hot columns as 0 and 1.
    package init(_ graph: Graph, _ values: GraphValues) {
        var matrix: [Double] = []
        matrix.reserveCapacity(values.rowCount * graph.features.count)
        for feature in graph.features {
            switch (feature, values.steps[feature.step]) {
            case (.number, .numbers(let numbers)?): matrix += numbers
            case (.indicator(_, let code), .codes(let codes)?): matrix += codes.map { $0 == code ? 1 : 0 }
            default: preconditionFailure("a feature stands over a step of another kind")
            }
        }
        self.init(rowCount: values.rowCount, featureCount: graph.features.count, values: matrix)
    }

    package subscript(row row: Int, feature feature: Int) -> Double { values[feature * rowCount + row] }
}
