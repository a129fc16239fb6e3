package import AssayColumns
package import AssayTerms

/// What one pass tells about one column.
package struct ColumnStatistics: Sendable {
    package let name: Text
    package let type: ColumnType
    package private(set) var rowCount = 0
    package private(set) var missingCount = 0
    /// Of columns of numbers; booleans are 0 and 1.
    package private(set) var moments = NumberMoments()
    package private(set) var quantiles = QuantileState()
    package private(set) var counts: ValueCounts

    package init(name: Text, type: ColumnType) {
        self.name = name
        self.type = type
        counts = ValueCounts(type: type)
    }

    package mutating func add(_ column: Column) {
        rowCount += column.count
        let before = counts.presentCount
        counts.add(column)
        missingCount += column.count - (counts.presentCount - before)
        guard let numbers = Self.presentNumbers(column) else { return }
        moments.add(numbers)
        quantiles.add(numbers)
    }

    /// The numbers of the rows that have one, in order; `nil` for text and timestamps.
    package static func presentNumbers(_ column: Column) -> [Double]? {
        guard column.type.domain == .numbers, let numbers = try? NumberColumn(column) else { return nil }
        guard let validity = numbers.validity else { return numbers.values }
        var present: [Double] = []
        present.reserveCapacity(validity.presentCount)
        for row in numbers.values.indices where validity[row] { present.append(numbers.values[row]) }
        return present
    }

    package var presentCount: Int { rowCount - missingCount }

    package var missingShare: Double? { rowCount == 0 ? nil : Double(missingCount) / Double(rowCount) }

    /// Least, greatest and mean number of Unicode scalars, as Python's `len`; `nil` for a column that is not text or has
    /// no value.
    package var textLengths: (least: Int, greatest: Int, mean: Double)? {
        guard type == .text, presentCount > 0, let values = counts.sorted() else { return nil }
        var least = Int.max
        var greatest = 0
        var total = 0
        for (value, count) in values {
            guard case .text(let text) = value else { continue }
            let length = text.string.unicodeScalars.count
            least = min(least, length)
            greatest = max(greatest, length)
            total += length * count
        }
        return (least, greatest, Double(total) / Double(presentCount))
    }
}
