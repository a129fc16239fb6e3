import AssayColumns
import AssayRecords
import AssayTerms

/// The rows of a window as a table that checks read: the request's columns by their own names, `@prediction`, `@score`, `@label` and the
/// recorder's other columns beside them.
struct WindowRows: Sendable {
    var blocks: [RowBlock]
    var rowCount: Int
    /// Of rows whose labels somebody asked for.
    var labelledCount: Int
    /// The digests of the segments that rows were taken from, in order.
    var segments: [SHA256Digest]
    /// The largest ordinal of a segment that was looked at, of labels too.
    var through: Int64

    /// - Parameter whole: all rows in the order they arrived, with their labels; `nil` without one.
    init(_ whole: RowBlock?, segments: [SHA256Digest], through: Int64) {
        self.segments = segments
        self.through = through
        guard let whole else {
            (blocks, rowCount, labelledCount) = ([], 0, 0)
            return
        }
        rowCount = whole.rowCount
        labelledCount = whole[RecordColumn.label].map { $0.count - ($0.validity?.missingCount ?? 0) } ?? 0
        let named = whole.columns.map { column in
            Column(name: RecordColumn.original(column.name) ?? column.name, values: column.values, validity: column.validity)
        }
        // Sums are folded block by block, so the blocks are those of any data set of these rows.
        let size = RowBlock.standardRowCount
        blocks = stride(from: 0, to: whole.rowCount, by: size).map { first in
            let rows = first..<min(first + size, whole.rowCount)
            if rows.count == whole.rowCount { return RowBlock(rowCount: rows.count, columns: named) }
            return RowBlock(firstRow: first, rowCount: rows.count, columns: named.map { $0.gathered(Array(rows)) })
        }
    }

    func has(_ name: Text) -> Bool { blocks.first?[name] != nil }
}
