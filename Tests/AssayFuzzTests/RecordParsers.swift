import AssayColumns
import AssayRecords
import AssayTerms
import FuzzedModels

/// Segments of prediction records, which any gateway may send.
enum RecordParsers {
    static let all: [Parser] = [
        Parser("segment of records", bytes: [SegmentWriter.bytes(of: segment(rows: 3)), SegmentWriter.bytes(of: segment(rows: 70))]) { bytes in
            let read = try SegmentReader.segment(from: bytes)
            for column in read.rows.columns { for row in 0..<read.rows.rowCount { _ = column.value(at: row) } }
            let written = SegmentWriter.bytes(of: read)
            var merger = SegmentMerger()
            merger.add(read)
            _ = merger.segments(read.writer)
            return Parser.same(SegmentWriter.bytes(of: try SegmentReader.segment(from: written)), written)
        }
    ]

    private static func segment(rows: Int) -> RecordSegment {
        let numbers = (0..<rows).map { Int64($0) }
        let texts = TextDictionary(["a", "é"])
        let columns = [
            Column(name: RecordColumn.idHigh, values: .int64(numbers)), Column(name: RecordColumn.idLow, values: .int64(numbers)),
            Column(name: RecordColumn.row, values: .int64(numbers)), Column(name: RecordColumn.time, values: .timestamp(numbers)),
            Column(name: RecordColumn.seconds, values: .double(numbers.map { Double($0) / 3 })),
            Column(name: RecordColumn.status, values: .int64(numbers.map { _ in 200 })),
            Column(
                name: "race", values: .text(codes: numbers.map { Int32($0 % 2) }, dictionary: texts),
                validity: Validity(numbers.map { $0 % 3 != 0 })),
            Column(name: "flag", values: .boolean(numbers.map { UInt8($0 % 2) })),
        ]
        return RecordSegment(
            model: "loans", version: 1, manifest: .nothing, writer: .init(spool: [UInt8](repeating: 1, count: 16), number: 1),
            rows: RowBlock(rowCount: rows, columns: columns))
    }
}
