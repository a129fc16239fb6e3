/// Rows of numbers, one after the other: what a model is fitted to.
package struct FeatureMatrix: Sendable {
    package let width: Int
    package private(set) var rowCount = 0
    /// By `row · width + feature`; all finite.
    package private(set) var values: [Double] = []

    package init(width: Int) { self.width = width }

    /// - Precondition: `row` has `width` finite numbers.
    package mutating func append(_ row: some Collection<Double>) {
        precondition(row.count == width, "a row has another number of features")
        values.append(contentsOf: row)
        rowCount += 1
    }
}
