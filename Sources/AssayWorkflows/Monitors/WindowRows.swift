import AssayCanonical
import AssayColumns
import AssayRecords
import AssayStore
import AssayTerms

/// The rows of a window as a table that checks read: the request's columns by their own names, `@prediction`, `@score`, `@label` and the
/// recorder's other columns beside them.
struct WindowRows: Sendable {
    var blocks: [RowBlock]
    var rowCount: Int
    var labelledCount: Int
    /// The digests of the segments that rows were taken from, in order.
    var segments: [SHA256Digest]
    /// The largest ordinal of a segment that was looked at, of labels too.
    var through: Int64

    /// - Parameters:
    ///   - parts: segments that may hold rows of it, in the order they arrived.
    ///   - choose: the rows of a segment that are in the window, by number within the segment.
    /// - Throws: `unreadable` where columns changed their type within the window.
    init(
        _ parts: [(record: PredictionSegmentRecord, block: RowBlock)], labels: LabelIndex, through: Int64,
        choose: (PredictionSegmentRecord, RowBlock) -> [Int]
    ) throws {
        var table: GrowingTable?
        var digests: [SHA256Digest] = []
        for (record, block) in parts {
            let chosen = choose(record, block)
            guard !chosen.isEmpty else { continue }
            digests.append(record.digest)
            let all = chosen.count == block.rowCount
            let rows = all ? block : RowBlock(rowCount: chosen.count, columns: block.columns.map { $0.gathered(chosen) })
            guard table?.fits(rows, limit: .max) ?? true else {
                throw AssayError(.unreadable, "a column of the requests changed its type within the window")
            }
            if table == nil { table = GrowingTable(rows) } else { table?.append(rows) }
        }
        segments = digests
        self.through = through
        guard let whole = table?.block else {
            (blocks, rowCount, labelledCount) = ([], 0, 0)
            return
        }
        let joined = labels.joined(whole)
        rowCount = joined.rowCount
        labelledCount = joined[RecordColumn.label].map { $0.count - ($0.validity?.missingCount ?? 0) } ?? 0
        let named = joined.columns.map { column in
            Column(name: RecordColumn.original(column.name) ?? column.name, values: column.values, validity: column.validity)
        }
        // Sums are folded block by block, so the blocks are those of any data set of these rows.
        let size = RowBlock.standardRowCount
        blocks = stride(from: 0, to: joined.rowCount, by: size).map { first in
            let rows = first..<min(first + size, joined.rowCount)
            if rows.count == joined.rowCount { return RowBlock(rowCount: rows.count, columns: named) }
            return RowBlock(firstRow: first, rowCount: rows.count, columns: named.map { $0.gathered(Array(rows)) })
        }
    }

    func has(_ name: Text) -> Bool { blocks.first?[name] != nil }
}
