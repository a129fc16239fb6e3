package import AssayColumns
package import AssayTerms

/// What one pass tells about one column.
package struct ColumnStatistics: Sendable {
    /// What is kept beside the numbers of rows; each costs a walk over the values, counts the most.
    package struct Parts: OptionSet, Sendable {
        package let rawValue: UInt8

        package static let moments = Parts(rawValue: 1)
        package static let quantiles = Parts(rawValue: 2)
        package static let counts = Parts(rawValue: 4)
        package static let all: Parts = [.moments, .quantiles, .counts]

        package init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    package let name: Text
    package let type: ColumnType
    private let parts: Parts
    package private(set) var rowCount = 0
    package private(set) var missingCount = 0
    /// Of columns of numbers; booleans are 0 and 1.
    package private(set) var moments = NumberMoments()
    package private(set) var quantiles = QuantileState()
    package private(set) var counts: ValueCounts

    /// - Parameter parts: what is asked for later; the others stay empty.
    package init(name: Text, type: ColumnType, parts: Parts = .all) {
        self.name = name
        self.type = type
        self.parts = parts
        counts = ValueCounts(type: type)
    }

    package mutating func add(_ column: Column) {
        rowCount += column.count
        let numbers = parts == .counts ? nil : Self.presentNumbers(column)
        if parts.contains(.counts) {
            let before = counts.presentCount
            counts.add(column)
            missingCount += column.count - (counts.presentCount - before)
        } else {
            missingCount += numbers.map { column.count - $0.count } ?? column.validity?.missingCount ?? 0
        }
        guard let numbers else { return }
        if parts.contains(.moments) { moments.add(numbers) }
        if parts.contains(.quantiles) { quantiles.add(numbers) }
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
        guard type == .text, presentCount > 0 else { return nil }
        var least = Int.max
        var greatest = 0
        var total = 0
        counts.forEachText { text, count in
            let length = text.scalarCount
            least = min(least, length)
            greatest = max(greatest, length)
            total += length * count
        }
        return (least, greatest, Double(total) / Double(presentCount))
    }
}
