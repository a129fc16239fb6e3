import AssayColumns
import AssayData
import AssayTerms

/// One of the two data sets that are compared, read or taken from a profile.
struct DriftData: Sendable {
    let name: Text
    let digest: SHA256Digest
    let rowCount: Int
    /// Columns of the file, whether read or not.
    let columnNames: [Text]
    let sides: [DriftSide]
    /// What was collected row by row, where that was asked for.
    let rows: DriftRows?

    init(
        name: Text, digest: SHA256Digest, rowCount: Int, columnNames: [Text], sides: [DriftSide], rows: DriftRows? = nil
    ) {
        self.rows = rows
        self.name = name
        self.digest = digest
        self.rowCount = rowCount
        self.columnNames = columnNames
        self.sides = sides
    }

    /// Reads a file in one pass.
    ///
    /// - Parameters:
    ///   - columns: those to read; `nil` is all.
    ///   - keepsOrder: whether texts are kept row by row too.
    ///   - progress: told the rows read so far.
    /// - Throws: whatever is wrong with the file, naming it and the column.
    static func read(
        _ file: DataFile, columns: [Text]?, options: DataOptions, categoryLimit: Int, keepsOrder: Bool = false,
        rows wish: DriftRows.Wish? = nil, progress: (Int) -> Void
    ) throws(AssayError) -> DriftData {
        var options = options
        options.columns = columns
        let table = try file.open(options)
        var states = table.columns.map {
            DriftColumnState(
                name: $0.name, type: $0.type, limit: categoryLimit, keepsOrder: keepsOrder, expectedRows: table.rowCount)
        }
        var collected = wish.map { DriftRows($0) }
        for column in [wish?.label, wish?.prediction].compactMap({ $0 }) where !table.columns.map(\.name).contains(column) {
            throw AssayError(
                .invalidArgument,
                "\(table.name) has \(NearNames.message(missingColumn: column, columns: table.columns.map(\.name)))")
        }
        let reader = try table.makeReader()
        var rows = 0
        while let block = try reader.next() {
            for (index, column) in block.columns.enumerated() { try states[index].add(column) }
            try collected?.add(block)
            rows += block.rowCount
            progress(rows)
        }
        let facts = try reader.finish()
        return DriftData(
            name: file.name, digest: facts.digest, rowCount: facts.rowCount, columnNames: table.columnNames,
            sides: states.map { $0.side() }, rows: collected)
    }
}
