package import AssayColumns
import AssayTerms

/// Labels by the rows they are of, the newest of each; joins them to records.
package struct LabelIndex: Sendable {
    private struct Place: Sendable {
        var table: Int32
        var row: Int32
    }

    private var growing: [GrowingTable] = []
    private var ids: [RecordID: Place] = [:]
    private var references: [Text: Place] = [:]
    /// By recorded column and value.
    private var columns: [Text: [Text: Place]] = [:]

    package init() {}

    package var isEmpty: Bool { growing.isEmpty }

    /// Adds a segment of labels; those of the same rows take the place of earlier ones.
    package mutating func add(_ block: RowBlock) {
        guard block.rowCount > 0, let names = block[RecordColumn.reference], case .text(let codes, let texts) = names.values else { return }
        var table = growing.lastIndex { $0.fits(block) }
        let first: Int
        if let table {
            first = growing[table].rowCount
            growing[table].append(block)
        } else {
            first = 0
            table = growing.count
            growing.append(GrowingTable(block))
        }
        let by = block[RecordColumn.by]
        for row in 0..<block.rowCount where names.isPresent(row) {
            let name = texts[codes[row]]
            let place = Place(table: Int32(table ?? 0), row: Int32(first + row))
            switch by?.value(at: row)?.name ?? "id" {
            case "id": if let id = RecordID(name) { ids[id] = place }
            case "reference": references[name] = place
            case let column: columns[column, default: [:]][name] = place
            }
        }
    }

    /// The block with the labels' columns behind its own; a column that it has already is left as it is.
    package func joined(_ block: RowBlock) -> RowBlock {
        guard !isEmpty, block.rowCount > 0 else { return block }
        let places = places(of: block)
        guard places.contains(where: { $0 != nil }) else { return block }
        let tables = growing.map(\.block)
        var names: [Text] = []
        for table in tables {
            for column in table.columns where column.name != RecordColumn.reference && column.name != RecordColumn.by {
                if !names.contains(column.name), block[column.name] == nil { names.append(column.name) }
            }
        }
        let further = names.map { name in
            Self.column(name, tables.map { $0[name] }, places.map { place in place.map { (Int($0.table), Int($0.row)) } })
        }
        return RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: block.columns + further)
    }

    private func places(of block: RowBlock) -> [Place?] {
        var found = [Place?](repeating: nil, count: block.rowCount)
        if !ids.isEmpty, let names = RecordIDs(block) { for row in found.indices { found[row] = ids[names[row]] } }
        func look(_ column: Column?, _ known: [Text: Place]) {
            guard let column else { return }
            for row in found.indices where found[row] == nil { found[row] = column.value(at: row).flatMap { known[$0.name] } }
        }
        if !references.isEmpty { look(block[RecordColumn.reference], references) }
        for (name, known) in columns.sorted(by: { $0.key < $1.key }) { look(block[RecordColumn.recorded(name)], known) }
        return found
    }

    /// Of one type where all tables agree; numbers of both kinds as double; else texts.
    private static func column(_ name: Text, _ sources: [Column?], _ places: [(Int, Int)?]) -> Column {
        let values = places.map { place in place.flatMap { sources[$0.0]?.value(at: $0.1) } }
        let types = Set(sources.compactMap { $0?.type })
        let validity = Validity(values.map { $0 != nil })
        let isWhole = types.isSubset(of: [.int64, .boolean])
        if isWhole || types.isSubset(of: [.int64, .boolean, .double]) {
            if isWhole, values.allSatisfy({ value in if case .fraction? = value { false } else { true } }) {
                let whole = values.map { value -> Int64 in if case .integer(let value)? = value { value } else { 0 } }
                return Column(name: name, values: .int64(whole), validity: validity)
            }
            return Column(name: name, values: .double(values.map { $0?.number ?? .nan }), validity: validity)
        }
        if types == [.timestamp] {
            let times = values.map { value -> Int64 in if case .timestamp(let value)? = value { value } else { 0 } }
            return Column(name: name, values: .timestamp(times), validity: validity)
        }
        let dictionary = TextDictionary([""])
        return Column(
            name: name, values: .text(codes: values.map { $0.map { dictionary.code(for: $0.name) } ?? 0 }, dictionary: dictionary),
            validity: validity)
    }
}
