internal import AssayColumns
internal import AssayTerms

/// One file of a data set, opened: its columns, and how each is read.
final class DataPart: Sendable {
    /// What messages call it.
    let name: String
    /// Its path within the folder; its name where it stands alone.
    let listedName: String
    let format: DataFormat
    let columnNames: [Text]
    /// The file whose bytes the digest is of.
    private let original: InputFile
    private let source: Source
    private let isCompressed: Bool
    /// Where opening the file read all of it (CSV without a complete schema).
    let digest: SHA256Digest?
    let rowCount: Int?
    /// The columns that are read: those asked for, then the optional ones there are.
    let wanted: [Text]
    /// The places of the wanted columns.
    private let indices: [Int32]
    /// What the file holds in each wanted column. In CSV this is a finding, and the column may be read as another type.
    let facts: [Source.Inspection.Fact]

    /// - Throws: what is wrong with the file, naming it.
    init(
        _ file: InputFile, listedAs listedName: String? = nil, format stated: DataFormat?, options: DataOptions
    ) throws(AssayError) {
        let compression = try Compression.detected(in: file)
        let content = if let compression { try compression.content(of: file) } else { file }
        let format = if let stated { stated } else { try DataFormat.detected(in: content) }
        let source = try Source(content, format: format)
        let names = source.columnNames
        try Self.requireDistinct(names, in: file.name)
        var wanted = options.columns ?? names
        let optional = if case .named(let named) = options.optionalColumns { named } else { names }
        for name in optional where names.contains(name) && !wanted.contains(name) { wanted.append(name) }
        self.wanted = wanted
        indices = try Self.indices(of: wanted, among: names, in: file.name)
        for name in options.schema.types.keys.sorted() where !names.contains(name) {
            throw AssayError(
                .invalidArgument, "\(file.name): the schema types \(NearNames.message(missingColumn: name, columns: names))")
        }
        name = file.name
        self.listedName = listedName ?? file.name
        self.format = format
        columnNames = names
        original = file
        self.source = source
        isCompressed = compression != nil
        let statedTypes = wanted.map { options.schema.types[$0] }
        guard format == .csv else {
            facts = try source.ownTypes(indices, names: names, name: file.name)
                .map { Source.Inspection.Fact(type: $0, hasValues: true) }
            rowCount = source.ownRowCount
            digest = nil
            return
        }
        guard statedTypes.contains(where: { $0 == nil }) || indices.isEmpty else {
            facts = statedTypes.compactMap { $0 }.map { Source.Inspection.Fact(type: $0, hasValues: true) }
            rowCount = nil
            digest = nil
            return
        }
        let found = try source.inspect(indices, missingWords: options.missingWords, name: file.name)
        facts = found.columns
        rowCount = found.rowCount
        digest = isCompressed ? nil : found.digest
    }

    /// A pass over the rows, and how it learns the digest of the file.
    ///
    /// - Parameter types: of the wanted columns, as they are to leave a CSV file; other formats keep their own.
    func open(types: [ColumnType], missingWords: [Text]) throws(AssayError) -> (ArrowStream, PassDigest) {
        guard format == .csv else {
            return (try source.readTable(indices, name: name), .beside(BesideDigest(of: original)))
        }
        let running = isCompressed ? nil : RunningDigest()
        let stream = try source.readCSV(indices, types: types, missingWords: missingWords, digest: running, name: name)
        return (stream, running.map { .running($0) } ?? .beside(BesideDigest(of: original)))
    }

    /// - Throws: `conflict` where the file is not what it was when it was opened.
    func requireUnchanged(digest found: SHA256Digest) throws(AssayError) {
        try original.requireUnchanged()
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
