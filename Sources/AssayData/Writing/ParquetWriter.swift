package import AssayColumns
package import AssayTerms
internal import CArrow

/// Writes row blocks as a Parquet file, a row group each, so that memory is that of one block.
package final class ParquetWriter {
    private let name: String
    private let columns: [(name: Text, type: ColumnType)]
    private var handle: OpaquePointer?

    /// - Parameters:
    ///   - descriptor: open for writing, the caller's; it has to stay open until the writer is finished or gone.
    ///   - name: what messages call the file.
    /// - Throws: `unavailable` where nothing can be written.
    package init(descriptor: Int32, name: String, columns: [(name: Text, type: ColumnType)]) throws(AssayError) {
        precondition(Set(columns.map(\.name)).count == columns.count, "two columns have one name")
        self.name = name
        self.columns = columns
        var made: OpaquePointer?
        let types = columns.map { Self.type($0.type) }
        try ArrowCall.withTexts(columns.map(\.name)) { (names, count) throws(AssayError) in
            try ArrowCall.perform(on: name) { carrow_parquet_create(descriptor, names, types, count, &made, $0) }
        }
        handle = made
    }

    deinit {
        if let handle { carrow_parquet_discard(handle) }
    }

    /// - Parameter block: the columns of the file, in its order and of its types. A block without rows writes nothing.
    /// - Throws: `invalidArgument` where a column is of another type than the file's, `unavailable` where nothing can be written.
    package func write(_ block: RowBlock) throws(AssayError) {
        guard block.rowCount > 0 else { return }
        precondition(block.columns.count == columns.count, "a block has other columns than the file")
        var lent = LentColumns()
        defer { lent.release() }
        for (column, (name, type)) in zip(block.columns, columns) {
            guard column.type == type else {
                throw AssayError(
                    .invalidArgument,
                    "\(self.name): column '\(name)' holds \(type.rawValue) in the first rows and \(column.type.rawValue) later on, which Parquet cannot; write .csv or .jsonl")
            }
            try lent.add(column)
        }
        let (handle, rows, list) = (handle, Int64(block.rowCount), lent.columns)
        try ArrowCall.perform(on: name) { carrow_parquet_write(handle, list, rows, $0) }
    }

    /// Writes the footer.
    package func finish() throws(AssayError) {
        let handle = handle
        try ArrowCall.perform(on: name) { carrow_parquet_finish(handle, $0) }
    }

    private static func type(_ type: ColumnType) -> CArrowType {
        switch type {
        case .boolean: CARROW_BOOLEAN
        case .int64: CARROW_INT64
        case .double: CARROW_DOUBLE
        case .text: CARROW_TEXT
        case .timestamp: CARROW_TIMESTAMP
        }
    }
}
