internal import AssayColumns
internal import AssayTerms
internal import CArrow

/// The shim's handle of an open file.
///
/// The handle is immutable after opening, and the shim's functions on it may be called from several threads.
final class Source: Sendable {
    private nonisolated(unsafe) let csv: OpaquePointer?
    /// Of every format that says its own types.
    private nonisolated(unsafe) let table: OpaquePointer?

    init(_ file: InputFile, format: DataFormat) throws(AssayError) {
        var handle: OpaquePointer?
        try ArrowCall.perform(on: file.name) { error in
            switch format {
            case .csv: carrow_csv_open(file.descriptor, &handle, error)
            case .parquet: carrow_table_open(file.descriptor, CARROW_PARQUET, &handle, error)
            case .arrow: carrow_table_open(file.descriptor, CARROW_IPC, &handle, error)
            case .jsonLines: carrow_table_open(file.descriptor, CARROW_JSON_LINES, &handle, error)
            }
        }
        csv = format == .csv ? handle : nil
        table = format == .csv ? nil : handle
    }

    deinit {
        if let csv { carrow_csv_close(csv) }
        if let table { carrow_table_close(table) }
    }

    /// In the file's order; a CSV column whose header is empty is named as pandas names it, `Unnamed: 3`.
    var columnNames: [Text] {
        if let csv {
            return (0..<carrow_csv_column_count(csv)).map { index in
                let name = ArrowCall.string(carrow_csv_column_name(csv, index))
                return Text(name.isEmpty ? "Unnamed: \(index)" : name)
            }
        }
        return (0..<carrow_table_column_count(table)).map { Text(ArrowCall.string(carrow_table_column_name(table, $0))) }
    }

    struct Inspection {
        struct Fact {
            /// The narrowest that fits every value.
            var type: ColumnType
            var hasValues: Bool
            var firstTextRow: Int?
        }

        var columns: [Fact]
        var rowCount: Int
        /// Of the bytes that were read.
        var digest: SHA256Digest
    }

    func inspect(_ indices: [Int32], missingWords: [Text], name: String) throws(AssayError) -> Inspection {
        // The reader wants a column even where only rows are counted.
        let asked = indices.isEmpty ? [0] : indices
        var facts = [CArrowColumnFacts](repeating: CArrowColumnFacts(), count: asked.count)
        var rowCount: Int64 = 0
        let digest = RunningDigest()
        try ArrowCall.withTexts(missingWords) { (words, wordCount) throws(AssayError) in
            try ArrowCall.perform(on: name) { error in
                carrow_csv_inspect(
                    csv, asked, Int32(clamping: asked.count), words, wordCount, ArrowCall.sink(digest), &facts, &rowCount,
                    error)
            }
        }
        var columns: [Inspection.Fact] = []
        for fact in facts.prefix(indices.count) {
            guard let type = ColumnType(fact.type) else {
                throw AssayError(.internalFault, "\(name): a column has no type")
            }
            columns.append(
                Inspection.Fact(
                    type: type, hasValues: fact.present_count > 0,
                    firstTextRow: fact.first_text_row < 0 ? nil : Int(fact.first_text_row)))
        }
        return Inspection(columns: columns, rowCount: Int(rowCount), digest: digest.value)
    }

    /// - Parameter digest: is shown every byte; `nil` where another reader hashes the file.
    func readCSV(
        _ indices: [Int32], types: [ColumnType], missingWords: [Text], digest: RunningDigest?, name: String
    ) throws(AssayError) -> ArrowStream {
        let asked = indices.isEmpty ? [0] : indices
        let sources = indices.isEmpty ? [CARROW_TEXT] : types.map(\.csvSource)
        return try ArrowCall.withTexts(missingWords) { (words, wordCount) throws(AssayError) in
            try ArrowStream(name: name) { stream, error in
                carrow_csv_read(
                    csv, asked, sources, Int32(clamping: asked.count), words, wordCount, ArrowCall.sink(digest), stream,
                    error)
            }
        }
    }

    /// The types that the file itself says.
    ///
    /// - Throws: `unsupported` for a nested or exotic type, by name.
    func ownTypes(_ indices: [Int32], names: [Text], name: String) throws(AssayError) -> [ColumnType] {
        var types: [ColumnType] = []
        for index in indices {
            guard let type = ColumnType(carrow_table_column_type(table, index)) else {
                let exotic = ArrowCall.string(carrow_table_column_type_name(table, index))
                throw AssayError(
                    .unsupported,
                    "\(name): column \(ValueList.quoted(names[Int(index)])) has type \(exotic), which is not read; "
                        + "leave the column out or write it as numbers, text, booleans or timestamps")
            }
            types.append(type)
        }
        return types
    }

    /// `nil` where only reading the file tells.
    var ownRowCount: Int? {
        let count = carrow_table_row_count(table)
        return count < 0 ? nil : Int(count)
    }

    func readTable(_ indices: [Int32], name: String) throws(AssayError) -> ArrowStream {
        try ArrowStream(name: name) { stream, error in
            carrow_table_read(table, indices, Int32(clamping: indices.count), stream, error)
        }
    }
}
