package import AssayColumns
import AssayMetrics
package import AssayModels
package import AssayTerms

/// Rows that a kernel explanation compares with, held in memory.
package struct BackgroundRows: Sendable {
    package let name: String
    /// The model's columns.
    package let block: RowBlock
    /// How many there were to choose from.
    package let availableCount: Int

    package var rowCount: Int { block.rowCount }

    /// Rows that are compared with, and how many there were to choose from.
    package typealias Counts = (used: Int, available: Int)
    package var counts: Counts { (rowCount, availableCount) }

    /// Runs what looks at the rows, so that what is wrong with them is not taken for the explained rows' fault.
    func looked<Value>(_ body: () throws(AssayError) -> Value) throws(AssayError) -> Value {
        do throws(AssayError) {
            return try body()
        } catch {
            throw AssayError(error.code, "the background '\(name)' cannot be used: \(error.message)", cause: error.cause)
        }
    }
}

/// Chooses background rows from blocks: all of them up to a number, beyond it that many by chance and a seed, in the order in which
/// they stood.
///
/// - Complexity: O(rows), and memory for the chosen rows and one block.
/// - Source: Vitter 1985, algorithm R.
package struct BackgroundSampler: Sendable {
    private let form: ModelForm
    private let limit: Int
    private var generator: SplitMix64
    /// The chosen rows' numbers, by slot.
    private var slots: [Int] = []
    /// The rows in memory, by number, and their values.
    private var kept: [Int] = []
    private var columns: [Column] = []
    private var rowCount = 0

    package init(_ form: ModelForm, limit: Int, seed: UInt64) {
        precondition(limit > 0, "a background has at least one row")
        self.form = form
        self.limit = limit
        generator = SplitMix64(seed: seed)
    }

    /// - Throws: `invalidArgument` where a column of the model's is missing.
    package mutating func add(_ block: RowBlock) throws(AssayError) {
        let bound = try form.bound(block)
        let first = rowCount
        for row in first..<(first + bound.rowCount) {
            if slots.count < limit {
                slots.append(row)
            } else {
                let place = Int(generator.nextUnit() * Double(row + 1))
                if place < limit { slots[place] = row }
            }
        }
        rowCount += bound.rowCount
        let chosen = slots.sorted()
        let old = chosen.filter { $0 < first }
        var places: [Int: Int] = [:]
        for (place, row) in kept.enumerated() { places[row] = place }
        let oldPlaces = old.compactMap { places[$0] }
        let newPlaces = chosen.filter { $0 >= first }.map { $0 - first }
        var joined: [Column] = []
        for column in bound.columns {
            let before = columns.first { $0.name == column.name }
            joined.append(
                try JoinedColumns.join(
                    before?.gathered(oldPlaces), oldPlaces.count, column.gathered(newPlaces), newPlaces.count, name: column.name))
        }
        columns = joined
        kept = chosen
    }

    /// - Throws: `invalidArgument` where there was no row.
    package func rows(named name: String) throws(AssayError) -> BackgroundRows {
        guard !kept.isEmpty else { throw AssayError(.invalidArgument, "the background '\(name)' has no rows") }
        return BackgroundRows(
            name: name, block: RowBlock(rowCount: kept.count, columns: columns), availableCount: rowCount)
    }
}
