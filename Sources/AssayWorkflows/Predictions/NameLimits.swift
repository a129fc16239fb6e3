import AssayColumns
import AssayRecords
import AssayTerms

/// How long the names may be that clients give to rows, requests and batches: gateways take 256 bytes, and whoever writes segments some more.
enum NameLimits {
    static let longest = 1_024

    /// - Throws: `invalidArgument` for a segment with a longer one; never with the name itself.
    static func require(_ segment: RecordSegment) throws(AssayError) {
        let columns =
            segment.kind == .labels ? [RecordColumn.by] : [RecordColumn.batch, RecordColumn.reference, RecordColumn.caller, RecordColumn.arm]
        for name in columns {
            guard case .text(_, let texts)? = segment.rows[name]?.values, texts.texts.contains(where: { $0.utf8Count > longest }) else { continue }
            throw AssayError(.invalidArgument, "The segment's column \(name) holds a name of more than \(longest) bytes; nothing was recorded.")
        }
    }
}
