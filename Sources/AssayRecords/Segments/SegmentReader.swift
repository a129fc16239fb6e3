import AssayColumns
package import AssayTerms

/// Reads a segment from bytes that anybody may have written.
///
/// Form, little-endian: `ASSAYPR1`, kind (1 byte), model (length as 4 bytes, UTF-8), version (4), manifest (32), spool (16), number (8),
/// sampling (4), rows (4), columns (2); then of each column its name, type (1), whether it has a validity (1), the validity in words of
/// 64 rows, and the values: a byte for a boolean, eight for a number or time, for texts the different ones (count, each with length) and
/// four bytes a row. Nothing may follow.
package enum SegmentReader {
    package static let rowLimit = 1 << 20
    package static let columnLimit = 4_096
    package static let byteLimit = 64 << 20

    /// - Parameter keeps: which columns are taken; `nil` for all, which are then held to be those that a recorder writes.
    /// - Throws: `invalidArgument` for bytes that are no such segment, saying where they go wrong; never a row's values.
    package static func segment(from bytes: [UInt8], keeping keeps: ((Text) -> Bool)? = nil) throws(AssayError) -> RecordSegment {
        guard bytes.count <= byteLimit else {
            throw AssayError(.limitExceeded, "a segment has \(bytes.count) bytes, and at most \(byteLimit) are read")
        }
        var cursor = SegmentCursor(bytes)
        let head = try head(&cursor)
        let rows = head.rows
        var columns: [Column] = []
        var names: Set<Text> = []
        for _ in 0..<head.columns {
            let name = try cursor.text("a column's name")
            guard names.insert(name).inserted else { throw AssayError(.invalidArgument, "a segment has a column twice") }
            guard keeps?(name) ?? true else {
                try skip(&cursor, rows)
                continue
            }
            columns.append(try column(name, &cursor, rows))
        }
        guard cursor.isAtEnd else { throw cursor.wrong("its end") }
        let segment = RecordSegment(
            kind: head.kind, model: head.model, version: head.version, manifest: head.manifest, writer: head.writer,
            sampling: head.sampling, rows: RowBlock(rowCount: rows, columns: columns))
        if keeps == nil { try segment.requireColumns() }
        return segment
    }

    /// The rows of a segment of labels, whose many names are left as bytes.
    ///
    /// - Throws: `invalidArgument` for bytes that are no segment of labels, saying where they go wrong.
    package static func labels(from bytes: [UInt8]) throws(AssayError) -> LabelRows {
        guard bytes.count <= byteLimit else {
            throw AssayError(.limitExceeded, "a segment has \(bytes.count) bytes, and at most \(byteLimit) are read")
        }
        var cursor = SegmentCursor(bytes)
        let head = try head(&cursor)
        guard head.kind == .labels else { throw cursor.wrong("its kind") }
        var names: (texts: [Range<Int>], codes: [UInt32])?
        var columns: [Column] = []
        for _ in 0..<head.columns {
            let name = try cursor.text("a column's name")
            guard columns.allSatisfy({ $0.name != name }), names == nil || name != RecordColumn.reference else {
                throw AssayError(.invalidArgument, "a segment has a column twice")
            }
            guard name == RecordColumn.reference else {
                columns.append(try column(name, &cursor, head.rows))
                continue
            }
            guard try cursor.byte("a column's type") == SegmentWriter.code(.text), try cursor.byte("a column's validity") == 0 else {
                throw AssayError(.invalidArgument, "a segment lacks its column \(name), or has it otherwise than whole and as text")
            }
            let count = Int(try cursor.integer(UInt32.self, "a column's texts"))
            guard count <= head.rows else { throw cursor.wrong("a column's texts") }
            var texts: [Range<Int>] = []
            texts.reserveCapacity(count)
            for _ in 0..<count {
                let slice = try cursor.take(Int(try cursor.integer(UInt32.self, "a column's texts")), "a column's texts")
                texts.append(slice.startIndex..<slice.endIndex)
            }
            let codes = try cursor.values(UInt32.self, head.rows, "a column's values")
            guard codes.allSatisfy({ $0 < count }) else { throw cursor.wrong("a column's values") }
            names = (texts, codes)
        }
        guard cursor.isAtEnd else { throw cursor.wrong("its end") }
        guard let names else { throw AssayError(.invalidArgument, "a segment of labels does not name its rows") }
        return LabelRows(bytes: bytes, names: names.texts, codes: names.codes, columns: columns)
    }

    private struct Head {
        var kind: RecordSegment.Kind
        var model: Text
        var version: Int
        var manifest: SHA256Digest
        var writer: RecordSegment.Writer
        var sampling: Int
        var rows: Int
        var columns: Int
    }

    private static func head(_ cursor: inout SegmentCursor) throws(AssayError) -> Head {
        let (kind, model) = try begin(&cursor)
        let version = Int(try cursor.integer(UInt32.self, "its version"))
        guard let manifest = SHA256Digest(bytes: Array(try cursor.take(32, "its manifest"))) else { throw cursor.wrong("its manifest") }
        let spool = Array(try cursor.take(16, "its spool"))
        let number = try cursor.integer(UInt64.self, "its number")
        let sampling = Int(try cursor.integer(UInt32.self, "its sampling"))
        let rows = Int(try cursor.integer(UInt32.self, "its rows"))
        let columns = Int(try cursor.integer(UInt16.self, "its columns"))
        guard !model.isEmpty, (0...Int(Int32.max)).contains(version), (1...RecordSegment.everything).contains(sampling), rows <= rowLimit,
            columns <= columnLimit
        else { throw cursor.wrong("its head") }
        return Head(
            kind: kind, model: model, version: version, manifest: manifest, writer: .init(spool: spool, number: number), sampling: sampling,
            rows: rows, columns: columns)
    }

    /// Passes over a column without a look at its values.
    private static func skip(_ cursor: inout SegmentCursor, _ rows: Int) throws(AssayError) {
        let type = try cursor.byte("a column's type")
        if try cursor.byte("a column's validity") != 0 { _ = try cursor.take((rows + 63) / 64 * 8, "a column's validity") }
        switch type {
        case 1: _ = try cursor.take(rows, "a column's values")
        case 2, 3, 5: _ = try cursor.take(8 * rows, "a column's values")
        case 4:
            let count = Int(try cursor.integer(UInt32.self, "a column's texts"))
            for _ in 0..<count { _ = try cursor.take(Int(try cursor.integer(UInt32.self, "a column's texts")), "a column's texts") }
            _ = try cursor.take(4 * rows, "a column's values")
        default: throw cursor.wrong("a column's type")
        }
    }

    /// The model that a segment says it is about, without reading the rest.
    ///
    /// - Throws: `invalidArgument` for bytes that do not begin as a segment.
    package static func model(of bytes: [UInt8]) throws(AssayError) -> Text {
        var cursor = SegmentCursor(bytes)
        return try begin(&cursor).model
    }

    private static func begin(_ cursor: inout SegmentCursor) throws(AssayError) -> (kind: RecordSegment.Kind, model: Text) {
        guard try cursor.take(8, "its first bytes").elementsEqual(SegmentWriter.magic) else {
            throw AssayError(.invalidArgument, "these bytes are no segment of records of the form this program reads")
        }
        guard let kind = RecordSegment.Kind(rawValue: try cursor.byte("its kind")) else { throw cursor.wrong("its kind") }
        return (kind, try cursor.text("its model"))
    }

    private static func column(_ name: Text, _ cursor: inout SegmentCursor, _ rows: Int) throws(AssayError) -> Column {
        let type = try cursor.byte("a column's type")
        var validity: Validity?
        switch try cursor.byte("a column's validity") {
        case 0: break
        case 1: validity = Validity(count: rows, words: try cursor.values(UInt64.self, (rows + 63) / 64, "a column's validity"))
        default: throw cursor.wrong("a column's validity")
        }
        let values: Column.Values
        switch type {
        case 1:
            let flags = Array(try cursor.take(rows, "a column's values"))
            guard flags.allSatisfy({ $0 <= 1 }) else { throw cursor.wrong("a column's values") }
            values = .boolean(flags)
        case 2: values = .int64(try cursor.values(Int64.self, rows, "a column's values"))
        case 3: values = .double(try cursor.values(Double.self, rows, "a column's values"))
        case 5: values = .timestamp(try cursor.values(Int64.self, rows, "a column's values"))
        case 4:
            let count = Int(try cursor.integer(UInt32.self, "a column's texts"))
            guard count <= rows else { throw cursor.wrong("a column's texts") }
            let dictionary = TextDictionary()
            for index in 0..<count {
                guard dictionary.code(for: try cursor.text("a column's texts")) == Int32(index) else {
                    throw cursor.wrong("a column's texts")
                }
            }
            let codes = try cursor.values(UInt32.self, rows, "a column's values")
            // A row without a value holds 0, which there need be no text for.
            for (row, code) in codes.enumerated() where Int(code) >= count {
                guard code == 0, validity?[row] == false else { throw cursor.wrong("a column's values") }
            }
            if count == 0 { _ = dictionary.code(for: "") }
            values = .text(codes: codes.map { Int32($0) }, dictionary: dictionary)
        default: throw cursor.wrong("a column's type")
        }
        return Column(name: name, values: values, validity: validity)
    }
}

extension RecordSegment {
    /// - Throws: `invalidArgument` where the recorder's own columns are not there, of another type, or have gaps.
    fileprivate func requireColumns() throws(AssayError) {
        let required: [(Text, ColumnType)] = kind == .predictions ? RecordColumn.required : [(RecordColumn.reference, .text)]
        for (name, type) in required {
            guard let column = rows[name], column.type == type, column.validity == nil else {
                throw AssayError(.invalidArgument, "a segment lacks its column \(name), or has it otherwise than whole and as \(type.rawValue)")
            }
        }
    }
}
