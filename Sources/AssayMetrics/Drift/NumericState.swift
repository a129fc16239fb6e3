package import AssayColumns
package import AssayTerms

/// The numbers of a column, all of them: what exact two-sample tests need. Kind: whole.
///
/// Missing values and infinities are counted and left out.
package struct NumericState: Sendable {
    package private(set) var values: [Double] = []
    package private(set) var missingCount = 0
    package private(set) var infiniteCount = 0

    /// Room is made at once for no more than this many rows; a file may say anything of its length.
    private static let greatestReserve = 4_194_304

    /// - Parameter expectedRows: how many rows will come, where that is known; it saves copies.
    package init(expectedRows: Int = 0) { values.reserveCapacity(min(expectedRows, Self.greatestReserve)) }

    /// - Throws: `invalidArgument` for a column of text or timestamps that has any value.
    package mutating func add(_ column: Column) throws(AssayError) {
        if case .double(let rows) = column.values {
            add(rows, column.validity)
        } else {
            let numbers = try NumberColumn(column)
            add(numbers.values, numbers.validity)
        }
    }

    /// Appends all rows and closes the gaps that those without a finite number leave; no row takes a branch.
    ///
    /// - Complexity: O(rows).
    private mutating func add(_ rows: [Double], _ validity: Validity?) {
        let words = validity?.words ?? Validity(count: rows.count, present: true).words
        let first = values.count
        values += rows
        var end = first
        var numberCount = 0
        values.withUnsafeMutableBufferPointer { values in
            let infinity = Double.infinity.bitPattern
            for row in rows.indices {
                let value = values[first &+ row]
                let magnitude = value.bitPattern & (.max &>> 1)
                let isPresent = Int(truncatingIfNeeded: words[row &>> 6] &>> UInt64(row & 63) & 1)
                values[end] = value
                // What lies above infinity is no number, which is missing.
                numberCount &+= magnitude <= infinity ? isPresent : 0
                end &+= magnitude < infinity ? isPresent : 0
            }
        }
        values.removeLast(values.count - end)
        missingCount += rows.count - numberCount
        infiniteCount += numberCount - (end - first)
    }

    package mutating func merge(_ other: NumericState) {
        values += other.values
        missingCount += other.missingCount
        infiniteCount += other.infiniteCount
    }
}
