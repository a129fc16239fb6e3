import AssayColumns
import AssayTerms
import Testing

@testable import AssayRecords

@Suite struct SegmentTests {
    private static let writer = RecordSegment.Writer(spool: [UInt8](repeating: 7, count: 16), number: 3 << 16)

    /// Rows with gaps, texts outside ASCII, and every type.
    static func segment(rows: Int, seed: UInt64, shift: Int64 = 0) -> RecordSegment {
        var generator = SeededGenerator(state: seed)
        func integers() -> [Int64] { (0..<rows).map { _ in Int64(truncatingIfNeeded: generator.next()) } }
        let texts = TextDictionary(["unused", "é", "e\u{301}", ""])
        let columns = [
            Column(name: RecordColumn.idHigh, values: .int64(integers())), Column(name: RecordColumn.idLow, values: .int64(integers())),
            Column(name: RecordColumn.row, values: .int64((0..<rows).map { Int64($0) + shift })),
            Column(name: RecordColumn.time, values: .timestamp(integers())),
            Column(name: RecordColumn.seconds, values: .double((0..<rows).map { Double($0) / 7 })),
            Column(name: RecordColumn.status, values: .int64([Int64](repeating: 200, count: rows))),
            Column(
                name: "income", values: .double((0..<rows).map { $0 % 3 == 0 ? .nan : Double($0) }),
                validity: Validity((0..<rows).map { $0 % 3 != 0 })),
            Column(
                name: "race", values: .text(codes: (0..<rows).map { Int32(1 + $0 % 3) }, dictionary: texts),
                validity: Validity((0..<rows).map { $0 % 5 != 4 })),
            Column(name: "flag", values: .boolean((0..<rows).map { UInt8($0 & 1) })),
        ]
        return RecordSegment(
            model: "loans", version: 3, manifest: .nothing, writer: writer, rows: RowBlock(rowCount: rows, columns: columns))
    }

    private static func same(_ first: RowBlock, _ second: RowBlock) -> Bool {
        first.rowCount == second.rowCount && first.columns.map(\.name) == second.columns.map(\.name)
            && zip(first.columns, second.columns).allSatisfy { left, right in
                left.type == right.type && (0..<first.rowCount).allSatisfy { left.value(at: $0) == right.value(at: $0) }
            }
    }

    @Test(arguments: [0, 1, 2, 63, 64, 65, 1_000])
    func whatIsWrittenIsRead(rows: Int) throws {
        let segment = Self.segment(rows: rows, seed: UInt64(rows))
        let read = try SegmentReader.segment(from: SegmentWriter.bytes(of: segment))
        #expect(Self.same(read.rows, segment.rows))
        #expect(read.model == "loans" && read.version == 3 && read.writer == segment.writer && read.sampling == 1_000_000)
        // Written again it is the same bytes, so its digest is one.
        #expect(SegmentWriter.bytes(of: read) == SegmentWriter.bytes(of: segment))
    }

    @Test func everyPieceThatIsCutIsRefused() throws {
        let bytes = SegmentWriter.bytes(of: Self.segment(rows: 3, seed: 1))
        for count in 0..<bytes.count {
            #expect(throws: AssayError.self) { try SegmentReader.segment(from: Array(bytes[..<count])) }
        }
        #expect(throws: AssayError.self) { try SegmentReader.segment(from: bytes + [0]) }
    }

    /// Whatever byte is changed, it is either refused or read as something: never a trap, never more rows than there are bytes for.
    @Test func noChangedByteTraps() throws {
        let bytes = SegmentWriter.bytes(of: Self.segment(rows: 4, seed: 2))
        for index in bytes.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[index] = value
                if let read = try? SegmentReader.segment(from: changed) {
                    for column in read.rows.columns { for row in 0..<read.rows.rowCount { _ = column.value(at: row) } }
                }
            }
        }
    }

    @Test func segmentsWithoutTheRecordersColumnsAreRefused() {
        let whole = Self.segment(rows: 2, seed: 3)
        for name in [RecordColumn.idHigh, RecordColumn.time, RecordColumn.status] {
            var lacking = whole
            lacking.rows = RowBlock(rowCount: 2, columns: whole.rows.columns.filter { $0.name != name })
            #expect(throws: AssayError.self) { try SegmentReader.segment(from: SegmentWriter.bytes(of: lacking)) }
        }
    }

    @Test func mergingKeepsEveryRowInOrder() throws {
        var merger = SegmentMerger()
        var rows: [Int64] = []
        for part in 0..<40 {
            let segment = Self.segment(rows: part % 4, seed: UInt64(part), shift: Int64(100 * part))
            rows += (0..<(part % 4)).map { Int64($0 + 100 * part) }
            merger.add(segment)
        }
        let merged = merger.segments(Self.writer)
        #expect(merged.count == 1)
        guard case .int64(let numbers)? = merged[0].rows[RecordColumn.row]?.values else { Issue.record("no rows"); return }
        #expect(numbers == rows)
        for row in 0..<merged[0].rows.rowCount {
            let own = Int(numbers[row] % 100)
            #expect(merged[0].rows["race"]?.value(at: row) == .text(["é", "e\u{301}", ""][own % 3]))
        }
    }

    /// A column that some requests lack has gaps there; one of another type begins a table of its own.
    @Test func columnsThatComeAndGo() throws {
        var merger = SegmentMerger()
        let first = Self.segment(rows: 2, seed: 1)
        var second = Self.segment(rows: 1, seed: 2)
        second.rows = RowBlock(
            rowCount: 1, columns: second.rows.columns.filter { $0.name != "flag" } + [Column(name: "new", values: .int64([5]))])
        var third = Self.segment(rows: 1, seed: 3)
        third.rows = RowBlock(
            rowCount: 1,
            columns: third.rows.columns.filter { $0.name != "race" } + [Column(name: "race", values: .int64([9]))])
        for segment in [first, second, third] { merger.add(segment) }
        let merged = merger.segments(Self.writer)
        #expect(merged.map(\.rows.rowCount) == [3, 1])
        #expect(merged[0].rows["flag"]?.value(at: 2) == nil && merged[0].rows["new"]?.value(at: 0) == nil)
        #expect(merged[0].rows["new"]?.value(at: 2) == .integer(5))
        #expect(merged[1].rows["race"]?.value(at: 0) == .integer(9))
        #expect(Set(merged.map(\.writer.number)).count == 2)
    }

    @Test func namesOfRecords() {
        let id = RecordID(request: (0..<16).map { UInt8($0 * 17) }, row: 12)
        #expect(id.description == "00112233445566778899aabbccddeeff-12")
        #expect(RecordID(Text(id.description)) == id)
        #expect(RecordID("00112233445566778899aabbccddeeff")?.row == 0)
        for wrong in ["", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff-", "00112233445566778899aabbccddeeff-01",
            "00112233445566778899aabbccddeeff--1", "+0112233445566778899aabbccddeeff-1"]
        {
            #expect(RecordID(Text(wrong)) == nil, "\(wrong)")
        }
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
