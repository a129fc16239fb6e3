internal import AssayColumns
internal import AssayTerms
internal import CArrow

/// The shim's handle of an open file.
///
/// The handle is immutable after opening, and the shim's functions on it may be called from several threads.
final class Source: Sendable {
    private nonisolated(unsafe) let csv: OpaquePointer?
    private nonisolated(unsafe) let parquet: OpaquePointer?

    init(_ file: InputFile, format: DataFormat) throws(AssayError) {
        var handle: OpaquePointer?
        try ArrowCall.perform(on: file.name) { error in
            switch format {
            case .csv: carrow_csv_open(file.descriptor, &handle, error)
            case .parquet: carrow_parquet_open(file.descriptor, &handle, error)
            }
        }
        csv = format == .csv ? handle : nil
        parquet = format == .parquet ? handle : nil
    }

    deinit {
        if let csv { carrow_csv_close(csv) }
        if let parquet { carrow_parquet_close(parquet) }
    }

    /// In the file's order; a CSV column whose header is empty is named as pandas names it, `Unnamed: 3`.
    func columnNames(of format: DataFormat) -> [Text] {
        switch format {
        case .csv:
            (0..<carrow_csv_column_count(csv)).map { index in
                let name = ArrowCall.string(carrow_csv_column_name(csv, index))
                return Text(name.isEmpty ? "Unnamed: \(index)" : name)
            }
        case .parquet:
            (0..<carrow_parquet_column_count(parquet)).map {
                Text(ArrowCall.string(carrow_parquet_column_name(parquet, $0)))
            }
        }
    }

    struct Inspection {
        var columns: [(type: ColumnType, firstTextRow: Int?)]
        var rowCount: Int
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
        var columns: [(type: ColumnType, firstTextRow: Int?)] = []
        for fact in facts.prefix(indices.count) {
            guard let type = ColumnType(fact.type) else {
                throw AssayError(.internalFault, "\(name): a column has no type")
            }
            columns.append((type, fact.first_text_row < 0 ? nil : Int(fact.first_text_row)))
        }
        return Inspection(columns: columns, rowCount: Int(rowCount), digest: digest.value)
    }

    func readCSV(
        _ indices: [Int32], types: [ColumnType], missingWords: [Text], digest: RunningDigest, name: String
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

    /// - Throws: `unsupported` for a nested or exotic type, by name.
    func parquetTypes(_ indices: [Int32], names: [Text], name: String) throws(AssayError) -> [ColumnType] {
        var types: [ColumnType] = []
        for index in indices {
            guard let type = ColumnType(carrow_parquet_column_type(parquet, index)) else {
                let exotic = ArrowCall.string(carrow_parquet_column_type_name(parquet, index))
                throw AssayError(
                    .unsupported,
                    "\(name): column \(ValueList.quoted(names[Int(index)])) has type \(exotic), which is not read; "
                        + "leave the column out or write it as numbers, text, booleans or timestamps")
            }
            types.append(type)
        }
        return types
    }

    var parquetRowCount: Int { Int(carrow_parquet_row_count(parquet)) }

    func readParquet(_ indices: [Int32], name: String) throws(AssayError) -> ArrowStream {
        try ArrowStream(name: name) { stream, error in
            carrow_parquet_read(parquet, indices, Int32(clamping: indices.count), stream, error)
        }
    }
}
