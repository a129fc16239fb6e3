package import AssayColumns
package import AssayTerms
internal import CArrow

/// A table in a file: named, typed columns, read as blocks of rows.
///
/// Types. Parquet says its own: booleans; integers of any width as int64 (an unsigned value beyond it is an error);
/// floats and decimals as double (decimals rounded to nearest); dates and timestamps in microseconds, UTC; a column
/// without any value as double; dictionaries as what they hold. Nested and exotic types are refused by name.
/// CSV gives each column the narrowest of boolean, int64, double and text that fits every value; dates stay text
/// unless the schema says timestamp. Booleans are `true` and `false` in any case; a whole number without point or exponent counts as
/// double only if the double keeps all its digits; `1e999` is text; spaces around numbers are allowed.
/// A schema's type takes the place of the rule in CSV; in Parquet it may widen numbers and read text as timestamps.
///
/// Missing are the missing words in CSV, nulls in Parquet, and NaN in both.
package final class DataTable: Sendable {
    /// What errors call it.
    package var name: String { file.name }
    package let format: DataFormat
    /// All columns of the file, in its order, whether read or not.
    package let columnNames: [Text]
    /// The columns that are read, in the order asked for.
    package let columns: [DataColumn]
    /// Of the file's bytes, where opening it already read them all (CSV without a complete schema).
    package let digest: SHA256Digest?
    /// Where it is already known.
    package let rowCount: Int?

    private let file: InputFile
    private let source: Source
    private let missingWords: [Text]
    private let indices: [Int32]
    private let sourceTypes: [ColumnType]

    /// Opens a file and finds the types of the columns asked for. Blocks: a CSV file is read once here unless the
    /// schema types every column, of a Parquet file only the footer is.
    ///
    /// - Parameter format: `nil` judges by the file's content.
    /// - Throws: `notFound`, `unreadable`, `unsupported`, `invalidArgument` (a column that is not there, with near
    ///   names), each naming the file and what to do.
    package static func open(
        path: String, format: DataFormat? = nil, options: DataOptions = DataOptions()
    ) throws(AssayError) -> DataTable {
        try DataTable(file: InputFile(path: path), format: format, options: options)
    }

    /// The same through a descriptor, which stays the caller's and may be closed afterwards.
    package static func open(
        descriptor: Int32, name: String, format: DataFormat? = nil, options: DataOptions = DataOptions()
    ) throws(AssayError) -> DataTable {
        try DataTable(file: InputFile(descriptor: descriptor, name: name), format: format, options: options)
    }

    private init(file: InputFile, format: DataFormat?, options: DataOptions) throws(AssayError) {
        self.file = file
        let format = if let format { format } else { try DataFormat.detected(in: file) }
        self.format = format
        let source = try Source(file, format: format)
        self.source = source
        missingWords = options.missingWords
        let names = source.columnNames(of: format)
        columnNames = names
        try Self.requireDistinct(names, in: file.name)

        var wanted = options.columns ?? names
        let optional = if case .named(let named) = options.optionalColumns { named } else { names }
        for name in optional where names.contains(name) && !wanted.contains(name) { wanted.append(name) }
        let indices = try Self.indices(of: wanted, among: names, in: file.name)
        self.indices = indices
        for name in options.schema.types.keys.sorted() where !names.contains(name) {
            throw AssayError(
                .invalidArgument,
                "\(file.name): the schema types \(NearNames.message(missingColumn: name, columns: names))")
        }
        let stated = indices.map { options.schema.types[names[Int($0)]] }

        switch format {
        case .csv:
            guard stated.contains(where: { $0 == nil }) || indices.isEmpty else {
                let types = stated.compactMap { $0 }
                columns = zip(wanted, types).map { DataColumn(name: $0, type: $1) }
                sourceTypes = types.map { $0 == .timestamp ? .text : $0 }
                digest = nil
                rowCount = nil
                return
            }
            let found = try source.inspect(indices, missingWords: options.missingWords, name: file.name)
            columns = wanted.indices.map { index in
                let fact = found.columns[index]
                return DataColumn(
                    name: wanted[index], type: stated[index] ?? fact.type,
                    firstTextRow: stated[index] == nil ? fact.firstTextRow : nil)
            }
            sourceTypes = columns.map { $0.type == .timestamp ? .text : $0.type }
            digest = found.digest
            rowCount = found.rowCount
        case .parquet:
            let types = try source.parquetTypes(indices, names: names, name: file.name)
            for (index, type) in types.enumerated() {
                guard let stated = stated[index], !ColumnAssembler.canConvert(from: type, to: stated) else { continue }
                throw AssayError(
                    .invalidArgument,
                    "\(file.name): column \(ValueList.quoted(wanted[index])) is \(type.rawValue) in the file and cannot be "
                        + "read as \(stated.rawValue), which the schema gives it")
            }
            sourceTypes = types
            columns = wanted.indices.map { DataColumn(name: wanted[$0], type: stated[$0] ?? types[$0]) }
            digest = nil
            rowCount = source.parquetRowCount
        }
    }

    /// A pass over the columns from the first row on. Any number of passes may be made, at once too.
    package func makeReader() throws(AssayError) -> DataReader {
        let assemblers = zip(columns, sourceTypes).map {
            ColumnAssembler(name: $0.name, source: $1, target: $0.type)
        }
        switch format {
        case .csv:
            let running = RunningDigest()
            let stream = try source.readCSV(
                indices, types: sourceTypes, missingWords: missingWords, digest: running, name: name)
            return DataReader(table: self, stream: stream, digest: .running(running), assemblers: assemblers)
        case .parquet:
            let stream = try source.readParquet(indices, name: name)
            return DataReader(
                table: self, stream: stream, digest: .beside(BesideDigest(of: file)), assemblers: assemblers)
        }
    }

    /// Makes one pass, showing each block to `body`. Blocks the calling thread.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws -> DataFacts {
        let reader = try makeReader()
        while let block = try reader.next() { try body(block) }
        return try reader.finish()
    }

    func requireUnchanged(digest found: SHA256Digest) throws(AssayError) {
        try file.requireUnchanged()
        guard digest == nil || digest == found else {
            throw AssayError(.conflict, "\(name) was changed while it was being read; read it again")
        }
    }

    private static func requireDistinct(_ names: [Text], in file: String) throws(AssayError) {
        var places: [Text: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = places.updateValue(index, forKey: name) {
                throw AssayError(
                    .unreadable,
                    "\(file): columns \(first + 1) and \(index + 1) are both named \(ValueList.quoted(name)); "
                        + "give each column its own name")
            }
        }
    }

    private static func indices(of wanted: [Text], among names: [Text], in file: String) throws(AssayError) -> [Int32] {
        var places: [Text: Int32] = [:]
        for (index, name) in names.enumerated() { places[name] = Int32(clamping: index) }
        var indices: [Int32] = []
        for name in wanted {
            guard let index = places[name] else {
                throw AssayError(
                    .invalidArgument, "\(file) has \(NearNames.message(missingColumn: name, columns: names))")
            }
            guard !indices.contains(index) else {
                throw AssayError(.invalidArgument, "column \(ValueList.quoted(name)) is asked for twice")
            }
            indices.append(index)
        }
        return indices
    }
}
