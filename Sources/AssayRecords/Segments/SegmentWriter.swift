import AssayColumns
import AssayTerms

/// Writes a segment as bytes; see ``SegmentReader`` for the form.
package enum SegmentWriter {
    static let magic: [UInt8] = Array("ASSAYPR1".utf8)

    /// - Complexity: one pass; a number takes eight bytes, a text four and each different one once.
    package static func bytes(of segment: RecordSegment) -> [UInt8] {
        var out = magic
        out.reserveCapacity(256 + segment.rows.rowCount * segment.rows.columns.count * 8)
        out.append(segment.kind.rawValue)
        append(segment.model, to: &out)
        append(UInt32(segment.version), to: &out)
        out += segment.manifest.bytes
        out += segment.writer.spool
        append(segment.writer.number, to: &out)
        append(UInt32(segment.sampling), to: &out)
        append(UInt32(segment.rows.rowCount), to: &out)
        append(UInt16(segment.rows.columns.count), to: &out)
        for column in segment.rows.columns { append(column, to: &out) }
        return out
    }

    private static func append(_ column: Column, to out: inout [UInt8]) {
        append(column.name, to: &out)
        out.append(Self.code(column.type))
        out.append(column.validity == nil ? 0 : 1)
        if let validity = column.validity { for word in validity.words { append(word, to: &out) } }
        switch column.values {
        case .boolean(let values): out += values
        case .int64(let values), .timestamp(let values): append(raw: values, to: &out)
        case .double(let values): append(raw: values, to: &out)
        case .text(let codes, let dictionary):
            // Only what these rows have: a dictionary may be shared with others.
            var own: [Int32: UInt32] = [:]
            var texts: [Text] = []
            var rewritten: [UInt32] = []
            rewritten.reserveCapacity(codes.count)
            for (row, code) in codes.enumerated() {
                guard column.isPresent(row) else {
                    rewritten.append(0)
                    continue
                }
                if let known = own[code] {
                    rewritten.append(known)
                } else {
                    let fresh = UInt32(texts.count)
                    own[code] = fresh
                    texts.append(dictionary[code])
                    rewritten.append(fresh)
                }
            }
            append(UInt32(texts.count), to: &out)
            for text in texts { append(text, to: &out) }
            append(raw: rewritten, to: &out)
        }
    }

    static func code(_ type: ColumnType) -> UInt8 {
        switch type {
        case .boolean: 1
        case .int64: 2
        case .double: 3
        case .text: 4
        case .timestamp: 5
        }
    }

    private static func append(_ text: Text, to out: inout [UInt8]) {
        append(UInt32(text.utf8Count), to: &out)
        out += Array(text.utf8)
    }

    private static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
    }

    // Both machines this is built for are little-endian, as the form is.
    private static func append<Value: BitwiseCopyable>(raw values: [Value], to out: inout [UInt8]) {
        values.withUnsafeBytes { out.append(contentsOf: $0) }
    }
}
