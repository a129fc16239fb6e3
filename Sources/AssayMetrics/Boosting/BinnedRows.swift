/// Rows as the bins of their features, one feature after the other.
package struct BinnedRows: Sendable {
    let count: Int
    let features: [FeatureBins]
    /// Feature `f` of row `r` stands at `f * count + r`.
    let bins: [UInt8]

    /// Rows to learn from.
    ///
    /// - Parameter columns: one a feature, all of one length; numbers finite, NaN where missing.
    /// - Precondition: there is a column.
    package init(columns: [[Double]]) { self.init(columns: columns, features: columns.map { FeatureBins($0) }) }

    /// Other rows in the same bins.
    package init(columns: [[Double]], like learned: BinnedRows) { self.init(columns: columns, features: learned.features) }

    private init(columns: [[Double]], features: [FeatureBins]) {
        precondition(!columns.isEmpty && columns.count == features.count, "each feature is one column")
        precondition(columns.allSatisfy { $0.count == columns[0].count }, "columns differ in length")
        count = columns[0].count
        self.features = features
        var bins: [UInt8] = []
        bins.reserveCapacity(count * columns.count)
        for (column, feature) in zip(columns, features) { for value in column { bins.append(feature.bin(of: value)) } }
        self.bins = bins
    }
}
