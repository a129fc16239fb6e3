package import AssayColumns

/// The numbers of a column, all of them: what exact two-sample tests need. Kind: whole.
///
/// Missing values and infinities are counted and left out.
package struct NumericState: Sendable {
    package private(set) var values: [Double] = []
    package private(set) var missingCount = 0
    package private(set) var infiniteCount = 0

    package init() {}

    package mutating func add(_ column: NumberColumn) {
        values.reserveCapacity(values.count + column.values.count)
        let validity = column.validity
        for (row, value) in column.values.enumerated() {
            if let validity, !validity[row] {
                missingCount += 1
            } else if value.isInfinite {
                infiniteCount += 1
            } else {
                values.append(value)
            }
        }
    }

    package mutating func merge(_ other: NumericState) {
        values += other.values
        missingCount += other.missingCount
        infiniteCount += other.infiniteCount
    }
}
