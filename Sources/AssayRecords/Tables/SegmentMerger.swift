package import AssayColumns
import AssayTerms

/// Puts many small segments together: rows about the same version with columns that fit become one block, in the order they came, of at most
/// ``byteLimit`` bytes unless one of them was larger.
package struct SegmentMerger {
    private struct Key: Hashable {
        var kind: RecordSegment.Kind
        var model: Text
        var version: Int
        var manifest: SHA256Digest
        var sampling: Int
    }

    /// Half of what a reader takes.
    package static let byteLimit = SegmentReader.byteLimit / 2

    private var order: [Key] = []
    private var tables: [Key: [GrowingTable]] = [:]

    package init() {}

    package mutating func add(_ segment: RecordSegment) {
        let key = Key(
            kind: segment.kind, model: segment.model, version: segment.version, manifest: segment.manifest, sampling: segment.sampling)
        if tables[key] == nil { order.append(key) }
        // Columns of other types than before begin another table, so that no value changes.
        if let place = tables[key]?.firstIndex(where: { $0.fits(segment.rows, byteLimit: Self.byteLimit) }) {
            tables[key]?[place].append(segment.rows)
        } else {
            tables[key, default: []].append(GrowingTable(segment.rows))
        }
    }

    /// The merged segments, in the order their first rows came, numbered from `writer` on.
    package func segments(_ writer: RecordSegment.Writer) -> [RecordSegment] {
        var merged: [RecordSegment] = []
        for key in order {
            for table in tables[key] ?? [] {
                let number = RecordSegment.Writer(spool: writer.spool, number: writer.number + UInt64(merged.count))
                merged.append(
                    RecordSegment(
                        kind: key.kind, model: key.model, version: key.version, manifest: key.manifest, writer: number,
                        sampling: key.sampling, rows: table.block))
            }
        }
        return merged
    }
}

/// Columns that grow row by row; a column that some rows lack has gaps there.
package struct GrowingTable {
    private var columns: [GrowingColumn] = []
    private var places: [Text: Int] = [:]
    package private(set) var rowCount = 0
    /// Of a row, with what is missing.
    private var rowBits = 0
    private var headBytes = SegmentPieces.headBytes

    package init(_ block: RowBlock) { append(block) }

    /// Whether each column that is here too has the same type, and both together keep within the limits.
    package func fits(_ block: RowBlock, limit: Int = SegmentReader.rowLimit, byteLimit: Int = .max) -> Bool {
        block.rowCount <= limit - rowCount
            && block.columns.allSatisfy { column in places[column.name].map { columns[$0].type == column.type } ?? true }
            && (byteLimit == .max || bytes(with: block) <= byteLimit)
    }

    /// At most so many are written of both.
    private func bytes(with block: RowBlock) -> Int {
        var (bits, heads, texts) = (rowBits, headBytes, columns.reduce(0) { $0 + $1.textBytes })
        for column in block.columns {
            texts += SegmentPieces.textBytes(of: column)
            guard places[column.name] == nil else { continue }
            bits += Self.bits(column)
            heads += SegmentPieces.headBytes(of: column)
        }
        return heads + texts + (bits * (rowCount + block.rowCount) + 7) / 8
    }

    /// Of a value and its validity, whose words are accounted for with the head.
    private static func bits(_ column: Column) -> Int { 8 * SegmentPieces.width(column.type) + 1 }

    package mutating func append(_ block: RowBlock) {
        var seen = 0
        for column in block.columns {
            let place: Int
            if let known = places[column.name] {
                place = known
            } else {
                place = columns.count
                places[column.name] = place
                columns.append(GrowingColumn(column.name, column.type, missing: rowCount))
                rowBits += Self.bits(column)
                headBytes += SegmentPieces.headBytes(of: column)
            }
            columns[place].append(column)
            seen += 1
        }
        rowCount += block.rowCount
        if seen < columns.count {
            for place in columns.indices where columns[place].count < rowCount {
                columns[place].appendMissing(rowCount - columns[place].count)
            }
        }
    }

    package var block: RowBlock { RowBlock(rowCount: rowCount, columns: columns.map(\.column)) }
}

/// Each type's values in an array of their own, so that they grow in place.
private struct GrowingColumn {
    let name: Text
    let type: ColumnType
    private var flags: [UInt8] = []
    /// Numbers, and microseconds.
    private var integers: [Int64] = []
    private var numbers: [Double] = []
    private var codes: [Int32] = []
    private let dictionary = TextDictionary()
    private var present: [Bool]?
    private(set) var count = 0
    /// The different texts, each behind its length.
    private(set) var textBytes = 0

    init(_ name: Text, _ type: ColumnType, missing: Int) {
        self.name = name
        self.type = type
        if missing > 0 { appendMissing(missing) }
    }

    mutating func append(_ column: Column) {
        let rows = column.count
        switch column.values {
        case .boolean(let more): flags += more
        case .int64(let more), .timestamp(let more): integers += more
        case .double(let more): numbers += more
        case .text(let more, let other):
            var mapped = [Int32](repeating: -1, count: other.count)
            for (row, code) in more.enumerated() {
                guard column.isPresent(row) else {
                    codes.append(0)
                    continue
                }
                if mapped[Int(code)] < 0 {
                    let (text, known) = (other[code], dictionary.count)
                    mapped[Int(code)] = dictionary.code(for: text)
                    if Int(mapped[Int(code)]) == known { textBytes += 4 + text.utf8Count }
                }
                codes.append(mapped[Int(code)])
            }
        }
        if column.validity != nil || present != nil {
            if present == nil { present = [Bool](repeating: true, count: count) }
            present?.append(contentsOf: (0..<rows).lazy.map { column.isPresent($0) })
        }
        count += rows
    }

    mutating func appendMissing(_ rows: Int) {
        switch type {
        case .boolean: flags.append(contentsOf: repeatElement(0, count: rows))
        case .int64, .timestamp: integers.append(contentsOf: repeatElement(0, count: rows))
        case .double: numbers.append(contentsOf: repeatElement(0, count: rows))
        case .text: codes.append(contentsOf: repeatElement(0, count: rows))
        }
        if present == nil { present = [Bool](repeating: true, count: count) }
        present?.append(contentsOf: repeatElement(false, count: rows))
        count += rows
    }

    var column: Column {
        let values: Column.Values
        switch type {
        case .boolean: values = .boolean(flags)
        case .int64: values = .int64(integers)
        case .timestamp: values = .timestamp(integers)
        case .double: values = .double(numbers)
        case .text:
            if dictionary.count == 0 { _ = dictionary.code(for: "") }
            values = .text(codes: codes, dictionary: dictionary)
        }
        return Column(name: name, values: values, validity: present.map { Validity($0) })
    }
}
