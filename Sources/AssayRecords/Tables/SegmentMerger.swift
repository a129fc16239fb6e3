package import AssayColumns
import AssayTerms

/// Puts many small segments together: rows about the same version with columns that fit become one block, in the order they came.
package struct SegmentMerger {
    private struct Key: Hashable {
        var kind: RecordSegment.Kind
        var model: Text
        var version: Int
        var manifest: SHA256Digest
        var sampling: Int
    }

    private var order: [Key] = []
    private var tables: [Key: [GrowingTable]] = [:]

    package init() {}

    package mutating func add(_ segment: RecordSegment) {
        let key = Key(
            kind: segment.kind, model: segment.model, version: segment.version, manifest: segment.manifest, sampling: segment.sampling)
        if tables[key] == nil { order.append(key) }
        // Columns of other types than before begin another table, so that no value changes.
        if let place = tables[key]?.firstIndex(where: { $0.fits(segment.rows) }) {
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

    package init(_ block: RowBlock) { append(block) }

    /// Whether each column that is here too has the same type.
    package func fits(_ block: RowBlock, limit: Int = SegmentReader.rowLimit) -> Bool {
        block.rowCount <= limit - rowCount
            && block.columns.allSatisfy { column in places[column.name].map { columns[$0].type == column.type } ?? true }
    }

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
            var mapped: [Int32: Int32] = [:]
            for (row, code) in more.enumerated() {
                guard column.isPresent(row) else {
                    codes.append(0)
                    continue
                }
                if let known = mapped[code] {
                    codes.append(known)
                } else {
                    let fresh = dictionary.code(for: other[code])
                    mapped[code] = fresh
                    codes.append(fresh)
                }
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
