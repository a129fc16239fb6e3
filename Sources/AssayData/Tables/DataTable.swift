internal import AssayCanonical
package import AssayColumns
package import AssayTerms

/// A table in a file, or in the files of a folder: named, typed columns, read as blocks of rows.
///
/// Types. Parquet and Arrow IPC say their own: booleans; integers of any width as int64 (an unsigned value beyond it is an
/// error); floats and decimals as double (decimals rounded to nearest); dates and timestamps in microseconds, UTC; a column
/// without any value as double; dictionaries as what they hold. Nested and exotic types are refused by name.
/// JSON Lines have JSON's: booleans, whole numbers, numbers, texts; a column that mixes them is an error, but for numbers.
/// CSV gives each column the narrowest of boolean, int64, double and text that fits every value; dates stay text
/// unless the schema says timestamp. Booleans are `true` and `false` in any case; a whole number without point or exponent counts as
/// double only if the double keeps all its digits; `1e999` is text; spaces around numbers are allowed.
/// A schema's type takes the place of the rule in CSV; elsewhere it may widen numbers and read text as timestamps.
///
/// Missing are the missing words in CSV, nulls elsewhere, and NaN in all.
///
/// Files compressed with gzip or zstd are read as what they hold. The files of a folder are one table, in the order of their
/// names: all have the same columns, in any order, and a column of whole numbers here and fractions there is double.
package final class DataTable: Sendable {
    /// What errors call it.
    package let name: String
    package var format: DataFormat { parts[0].format }
    /// All columns, in the first file's order, whether read or not.
    package var columnNames: [Text] { parts[0].columnNames }
    /// The columns that are read, in the order asked for.
    package let columns: [DataColumn]
    let parts: [DataPart]
    let missingWords: [Text]

    /// Of the bytes, where opening already read them all (one CSV file without a complete schema).
    package var digest: SHA256Digest? { parts.count == 1 ? parts[0].digest : nil }
    /// Where it is already known.
    package var rowCount: Int? {
        var count = 0
        for part in parts {
            guard let rows = part.rowCount else { return nil }
            count += rows
        }
        return count
    }

    /// Opens a file, or a folder's files, and finds the types of the columns asked for. Blocks: a CSV file is read once here
    /// unless the schema types every column, JSON Lines are, of other files only what says the columns is.
    ///
    /// - Parameter format: `nil` judges by each file's content.
    /// - Throws: `notFound`, `unreadable`, `unsupported`, `invalidArgument` (a column that is not there, with near
    ///   names), each naming the file and what to do.
    package static func open(
        path: String, format: DataFormat? = nil, options: DataOptions = DataOptions()
    ) throws(AssayError) -> DataTable {
        guard DataFolder.isFolder(path) else {
            return try DataTable(name: path, parts: [DataPart(InputFile(path: path), format: format, options: options)], options)
        }
        var parts: [DataPart] = []
        var options = options
        for file in try DataFolder.files(in: path) {
            parts.append(try DataPart(InputFile(path: path + "/" + file), listedAs: file, format: format, options: options))
            // All files are read in one order.
            options.columns = parts[0].wanted
            options.optionalColumns = .named([])
        }
        return try DataTable(name: path, parts: parts, options)
    }

    /// The same through a descriptor, which stays the caller's and may be closed afterwards.
    package static func open(
        descriptor: Int32, name: String, format: DataFormat? = nil, options: DataOptions = DataOptions()
    ) throws(AssayError) -> DataTable {
        let file = try InputFile(descriptor: descriptor, name: name)
        return try DataTable(name: name, parts: [DataPart(file, format: format, options: options)], options)
    }

    private init(name: String, parts: [DataPart], _ options: DataOptions) throws(AssayError) {
        self.name = name
        self.parts = parts
        missingWords = options.missingWords
        let wanted = parts[0].wanted
        for part in parts.dropFirst() {
            for column in part.columnNames where !parts[0].columnNames.contains(column) {
                throw AssayError(
                    .invalidArgument,
                    "\(name): \(part.name) has a column \(ValueList.quoted(column)) that \(parts[0].name) has not; give all files of a folder the same columns"
                )
            }
        }
        var columns: [DataColumn] = []
        for (index, column) in wanted.enumerated() {
            let stated = options.schema.types[column]
            let type: ColumnType
            if let stated { type = stated } else { type = try Self.commonType(of: column, at: index, in: parts, name) }
            for part in parts where part.format != .csv {
                guard ColumnAssembler.canConvert(from: part.facts[index].type, to: type) else {
                    throw AssayError(
                        .invalidArgument,
                        "\(part.name): column \(ValueList.quoted(column)) is \(part.facts[index].type.rawValue) in the file and cannot be "
                            + "read as \(type.rawValue), which "
                            + (stated == nil ? "it is in other files of the folder" : "the schema gives it"))
                }
            }
            columns.append(
                DataColumn(
                    name: column, type: type, firstTextRow: stated == nil && parts.count == 1 ? parts[0].facts[index].firstTextRow : nil))
        }
        self.columns = columns
    }

    /// The narrowest type that holds a column's values of all files; a CSV file without a value has no say.
    private static func commonType(
        of column: Text, at index: Int, in parts: [DataPart], _ name: String
    ) throws(AssayError) -> ColumnType {
        var common: (type: ColumnType, part: DataPart)?
        for part in parts where part.facts[index].hasValues {
            let type = part.facts[index].type
            guard let known = common else {
                common = (type, part)
                continue
            }
            if ColumnAssembler.canConvert(from: type, to: known.type), known.type != .timestamp || type == .timestamp { continue }
            if ColumnAssembler.canConvert(from: known.type, to: type), type != .timestamp {
                common = (type, part)
            } else if part.format == .csv, known.part.format == .csv {
                common = (.text, part)
            } else {
                throw AssayError(
                    .invalidArgument,
                    "\(name): column \(ValueList.quoted(column)) is \(known.type.rawValue) in \(known.part.name) and \(type.rawValue) in \(part.name); give it one type"
                )
            }
        }
        return common?.type ?? .double
    }

    /// A pass over the columns from the first row on. Any number of passes may be made, at once too.
    package func makeReader() throws(AssayError) -> DataReader { try DataReader(table: self) }

    /// Makes one pass, showing each block to `body`. Blocks the calling thread.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws -> DataFacts {
        let reader = try makeReader()
        while let block = try reader.next() { try body(block) }
        return try reader.finish()
    }

    /// The same, with the next block read while the one at hand is worked on: `body` calls what it is given once, on any thread.
    ///
    /// - Throws: whatever is wrong with the data, or what `body` throws.
    package func forEachBlockAhead(
        _ body: (RowBlock, _ readNext: () -> Void) throws(AssayError) -> Void
    ) throws(AssayError) -> DataFacts {
        let reader = try makeReader()
        var block = try reader.next()
        while let current = block {
            var next: Result<RowBlock?, AssayError>?
            func read() { if next == nil { next = Result { () throws(AssayError) in try reader.next() } } }
            try body(current, read)
            read()
            block = try next?.get() ?? nil
        }
        return try reader.finish()
    }

    /// Of one file its own digest, of several that of their list: a line `digest  name` for each, as `sha256sum` prints them.
    func digest(ofParts digests: [SHA256Digest]) -> SHA256Digest {
        guard parts.count > 1 else { return digests[0] }
        var hasher = SHA256Hasher()
        for (part, digest) in zip(parts, digests) { hasher.update(Array("\(digest.hex)  \(part.listedName)\n".utf8)) }
        return hasher.finish()
    }
}
