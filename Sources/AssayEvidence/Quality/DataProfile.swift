package import AssayColumns
import AssayData
package import AssayMetrics
package import AssayTerms

/// The statistics of a data set's columns, from one pass.
package struct DataProfile: Sendable {
    package var columns: [ColumnStatistics]
    package var rowCount: Int
    package var input: Envelope.Input
    /// CSV has no types of its own: whole numbers may stand for fractions, and digits for text.
    package var isTyped: Bool

    package subscript(name: Text) -> ColumnStatistics? { columns.first { $0.name == name } }

    /// Reads every column.
    ///
    /// - Parameters:
    ///   - types: types for columns the file has; others are left aside.
    ///   - progress: told the rows read so far, after each block.
    /// - Throws: whatever is wrong with the file, naming it.
    package init(
        of file: DataFile, role: String = "data", missingWords: [Text]? = nil, types: [Text: ColumnType] = [:],
        progress: (Int) -> Void = { _ in }
    ) throws(AssayError) {
        let table = try Self.open(file, missingWords: missingWords, types: types)
        var columns = table.columns.map { ColumnStatistics(name: $0.name, type: $0.type) }
        let reader = try table.makeReader()
        var rows = 0
        while let block = try reader.next() {
            for (index, column) in block.columns.enumerated() { columns[index].add(column) }
            rows += block.rowCount
            progress(rows)
        }
        let facts = try reader.finish()
        self.columns = columns
        rowCount = facts.rowCount
        isTyped = table.format != .csv
        input = Envelope.Input(role: role, name: file.name, digest: facts.digest, rows: facts.rowCount)
    }

    /// The table with those of `types` whose columns it has and, in a format with types of its own, could be given.
    static func open(
        _ file: DataFile, missingWords: [Text]?, types: [Text: ColumnType]
    ) throws(AssayError) -> DataTable {
        var options = DataOptions()
        if let missingWords { options.missingWords = missingWords }
        let found = try table(file, options)
        guard found.format == .csv else { return found }
        for column in found.columns {
            if let type = types[column.name], type != column.type { options.schema.types[column.name] = type }
        }
        return options.schema.types.isEmpty ? found : try table(file, options)
    }

    private static func table(_ file: DataFile, _ options: DataOptions) throws(AssayError) -> DataTable {
        switch file.source {
        case .path(let path): try DataTable.open(path: path, options: options)
        case .descriptor(let descriptor):
            try DataTable.open(descriptor: descriptor, name: file.name.string, options: options)
        }
    }
}
