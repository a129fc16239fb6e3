import AssayColumns
import AssayTerms
import Testing

@testable import AssayRecords

/// Goal: labels joined to one block are those that an index of all labels would join.
/// Method: both on random labels by id, reference and column, with repeats and gaps.
@Suite struct LabelJoinTests {
    private static func texts(_ name: Text, _ values: [Text?]) -> Column {
        let dictionary = TextDictionary([""])
        return Column(
            name: name, values: .text(codes: values.map { $0.map { dictionary.code(for: $0) } ?? 0 }, dictionary: dictionary),
            validity: Validity(values.map { $0 != nil }))
    }

    private static func segment(_ labels: RowBlock) -> RecordSegment {
        RecordSegment(
            kind: .labels, model: "credit", version: 0, manifest: SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))!,
            writer: .init(spool: [UInt8](repeating: 7, count: 16), number: 1), rows: labels)
    }

    @Test(arguments: 0..<40)
    func aJoinIsTheIndexs(_ seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed))
        func draw(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
        let rows = 1 + draw(60)
        let block = RowBlock(
            rowCount: rows,
            columns: [
                Column(name: RecordColumn.idHigh, values: .int64((0..<rows).map { Int64($0 / 4) })),
                Column(name: RecordColumn.idLow, values: .int64((0..<rows).map { _ in 5 })),
                Column(name: RecordColumn.row, values: .int64((0..<rows).map { Int64($0 % 4) })),
                Self.texts(RecordColumn.reference, (0..<rows).map { _ in draw(3) == 0 ? nil : Text("r\(draw(20))") }),
                Column(name: "customer", values: .int64((0..<rows).map { _ in Int64(draw(15)) })),
            ])
        var index = LabelIndex()
        var join = LabelJoin(block)
        for _ in 0..<(1 + draw(4)) {
            let count = draw(40)
            var names: [Text?] = []
            var ways: [Text?] = []
            for _ in 0..<count {
                switch draw(3) {
                case 0:
                    let row = draw(90)
                    names.append(Text("\(RecordID(high: UInt64(row / 4), low: 5, row: 0).request)-\(row % 4)"))
                    ways.append(draw(2) == 0 ? nil : "id")
                case 1:
                    names.append(Text("r\(draw(25))"))
                    ways.append("reference")
                default:
                    names.append(Text("\(draw(20))"))
                    ways.append("customer")
                }
            }
            let labels = RowBlock(
                rowCount: count,
                columns: [
                    Column(name: RecordColumn.reference, values: Self.texts(RecordColumn.reference, names.map { $0 ?? "" }).values),
                    Self.texts(RecordColumn.by, ways),
                    Column(name: RecordColumn.label, values: .int64((0..<count).map { _ in Int64(draw(1_000)) })),
                ] + (draw(2) == 0 ? [Self.texts("race", (0..<count).map { _ in Text("g\(draw(4))") })] : []))
            index.add(labels)
            join.add(try SegmentReader.labels(from: SegmentWriter.bytes(of: Self.segment(labels))))
        }
        let (one, other) = (index.joined(block), join.joined())
        for name in [RecordColumn.label, "race"] as [Text] {
            let values = [one, other].map { block in (0..<rows).map { block[name]?.value(at: $0) } }
            #expect(values[0] == values[1], "\(name)")
        }
    }

    @Test func namesOfRowsHaveOneForm() {
        let request = "00ff00aabbccddee0123456789ABCDEF"
        let half = (high: UInt64(0x00ff_00aa_bbcc_ddee), low: UInt64(0x0123_4567_89ab_cdef))
        for (text, row) in [(request, Int64(0)), ("\(request)-0", 0), ("\(request)-17", 17), ("\(request)-\(Int64.max)", .max)] {
            #expect(RecordID(Text(text)) == RecordID(high: half.high, low: half.low, row: row))
        }
        for text in ["", "-", "-1", String(request.dropLast()), "\(request)0", "\(request)-", "\(request)-01", "\(request)-+1", "\(request)--1", "\(request)-00",
            "\(request)-9223372036854775808", "\(request)-1 ", " \(request)", "g\(request.dropFirst())", "\(request)-1-1", "\(request)-٣"] {
            #expect(RecordID(Text(text)) == nil, "\(text)")
        }
    }

    @Test func damagedLabelsAreRefused() throws {
        let labels = RowBlock(
            rowCount: 3, columns: [Self.texts(RecordColumn.reference, ["a", "b", "a"]), Column(name: RecordColumn.label, values: .int64([1, 2, 3]))])
        let bytes = SegmentWriter.bytes(of: Self.segment(labels))
        #expect(try SegmentReader.labels(from: bytes).rowCount == 3)
        for count in 0..<bytes.count { #expect(throws: AssayError.self) { try SegmentReader.labels(from: Array(bytes.prefix(count))) } }
        #expect(throws: AssayError.self) { try SegmentReader.labels(from: bytes + [0]) }
        #expect(throws: AssayError.self) { try SegmentReader.labels(from: SegmentWriter.bytes(of: SegmentTests.segment(rows: 3, seed: 1))) }
    }

    @Test func columnsThatNobodyAsksForAreNotRead() throws {
        let segment = SegmentTests.segment(rows: 100, seed: 4)
        let bytes = SegmentWriter.bytes(of: segment)
        let read = try SegmentReader.segment(from: bytes) { $0 == "race" || $0 == RecordColumn.time }
        #expect(read.rows.columns.map(\.name) == [RecordColumn.time, "race"])
        for row in 0..<100 { #expect(read.rows["race"]?.value(at: row) == segment.rows["race"]?.value(at: row)) }
        #expect(throws: AssayError.self) { try SegmentReader.segment(from: Array(bytes.dropLast())) { _ in false } }
    }
}
