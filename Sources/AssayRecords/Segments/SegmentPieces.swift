package import AssayColumns
import AssayTerms

/// Segments that are small enough to be kept and read.
package enum SegmentPieces {
    /// What a recorder keeps at once: small enough that a frame of a journal holds it and that many fit into memory.
    package static let byteLimit = 8 << 20
    /// Of a head: names and numbers, without the columns.
    static let headBytes = 1 << 10

    /// At most so many bytes are written of a segment with these rows; a text counts once.
    ///
    /// - Complexity: O(rows) for each column of texts, constant for others.
    package static func bytes(of block: RowBlock) -> Int {
        block.columns.reduce(headBytes) { $0 + headBytes(of: $1) + width($1.type) * $1.count + ($1.count + 63) / 64 * 8 + textBytes(of: $1) }
    }

    /// The segment in as few pieces of equal length as keep within the limits, in the order of its rows; a single row is not divided.
    package static func of(_ segment: RecordSegment, byteLimit: Int = SegmentPieces.byteLimit, rowLimit: Int = SegmentReader.rowLimit) -> [RecordSegment] {
        let rows = segment.rows.rowCount
        let bytes = self.bytes(of: segment.rows)
        guard bytes > byteLimit || rows > rowLimit, rows > 1 else { return [segment] }
        let count = min(rows, max((bytes - 1) / byteLimit + 1, (rows - 1) / rowLimit + 1, 2))
        return (0..<count).flatMap { piece in
            let places = Array(rows * piece / count..<rows * (piece + 1) / count)
            let block = RowBlock(rowCount: places.count, columns: segment.rows.columns.map { $0.gathered(places) })
            // Texts may be longer in one piece than in another.
            return of(
                RecordSegment(
                    kind: segment.kind, model: segment.model, version: segment.version, manifest: segment.manifest, writer: segment.writer,
                    sampling: segment.sampling, rows: block),
                byteLimit: byteLimit, rowLimit: rowLimit)
        }
    }

    static func headBytes(of column: Column) -> Int { 16 + column.name.utf8Count }

    /// Of a value; of a text, of its number.
    static func width(_ type: ColumnType) -> Int {
        switch type {
        case .boolean: 1
        case .int64, .double, .timestamp: 8
        case .text: 4
        }
    }

    /// The different texts of the column's rows, each behind its length.
    static func textBytes(of column: Column) -> Int {
        guard case .text(let codes, let dictionary) = column.values else { return 0 }
        var seen: Set<Int32> = []
        var bytes = 0
        for (row, code) in codes.enumerated() where column.isPresent(row) && seen.insert(code).inserted { bytes += 4 + dictionary[code].utf8Count }
        return bytes
    }
}
