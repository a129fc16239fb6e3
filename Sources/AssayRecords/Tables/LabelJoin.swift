package import AssayColumns
import AssayTerms

/// Labels of the rows of one block: labels pass by, and those of its rows are kept, the newest of each.
///
/// A row takes labels by its id before those by its reference, and those before labels by a column of the request.
///
/// - Complexity: memory of the block's rows and their labels, however many others pass.
package struct LabelJoin {
    private let block: RowBlock
    private var rows: RecordIDTable?
    private var byID: [LabelPlace] = []
    /// By reference and by recorded column: the code of each row's value, and the label of each code.
    private var byValue: [Text: (codes: [Int32], known: [Text: Int32], places: [LabelPlace])] = [:]
    private var growing: [GrowingTable] = []

    /// Labels of a segment that belong to rows of the block.
    private struct Found {
        var rows: [Int] = []
        var targets: [Int32] = []
        /// By number in ``ways``; 0 is by id.
        var wayOfRow: [Int] = []
        private(set) var ways: [Text] = ["id"]
        private var known: [Int32: Int] = [:]

        mutating func add(_ row: Int, _ way: Int, _ target: Int32) {
            rows.append(row)
            targets.append(target)
            wayOfRow.append(way)
        }

        /// What the row's label is joined by. Texts of few ways are read once each.
        mutating func way(_ by: Column, _ row: Int) -> Int {
            guard case .text(let codes, let texts) = by.values, by.isPresent(row) else {
                return by.value(at: row).map { number(of: $0.name) } ?? 0
            }
            if let way = known[codes[row]] { return way }
            let way = number(of: texts[codes[row]])
            known[codes[row]] = way
            return way
        }

        private mutating func number(of way: Text) -> Int {
            if let number = ways.firstIndex(of: way) { return number }
            ways.append(way)
            return ways.count - 1
        }
    }

    package init(_ block: RowBlock) { self.block = block }

    package mutating func add(_ labels: LabelRows) {
        guard labels.rowCount > 0, block.rowCount > 0 else { return }
        var found = Found()
        if let by = labels[RecordColumn.by] {
            for row in 0..<labels.rowCount {
                let way = found.way(by, row)
                if let target = target(of: row, labels, found.ways[way]) { found.add(row, way, target) }
            }
        } else {
            for row in 0..<labels.rowCount { if let target = target(of: row, labels, "id") { found.add(row, 0, target) } }
        }
        guard !found.rows.isEmpty else { return }
        let columns = labels.columns.filter { $0.name != RecordColumn.by }
        let kept = RowBlock(
            rowCount: found.rows.count, columns: found.rows.count == labels.rowCount ? columns : columns.map { $0.gathered(found.rows) })
        let table: Int
        let first: Int
        if let known = growing.lastIndex(where: { $0.fits(kept, limit: .max) }) {
            (table, first) = (known, growing[known].rowCount)
            growing[known].append(kept)
        } else {
            (table, first) = (growing.count, 0)
            growing.append(GrowingTable(kept))
        }
        for (index, (way, target)) in zip(found.wayOfRow, found.targets).enumerated() {
            let place = LabelPlace(table: Int32(table), row: Int32(first + index))
            if way == 0 { byID[Int(target)] = place } else { byValue[found.ways[way]]?.places[Int(target)] = place }
        }
    }

    private mutating func target(of row: Int, _ labels: LabelRows, _ way: Text) -> Int32? {
        guard way == "id" else {
            if byValue[way] == nil { byValue[way] = values(of: block[way == "reference" ? RecordColumn.reference : RecordColumn.recorded(way)]) }
            return labels.text(of: row).flatMap { byValue[way]?.known[$0] }
        }
        if byID.isEmpty {
            byID = [LabelPlace](repeating: .none, count: block.rowCount)
            rows = RecordIDs(block).map { RecordIDTable($0, count: block.rowCount) }
        }
        return labels.id(of: row).flatMap { rows?[$0] }.map { Int32($0) }
    }

    private func values(of column: Column?) -> (codes: [Int32], known: [Text: Int32], places: [LabelPlace]) {
        guard let column else { return ([], [:], []) }
        var known: [Text: Int32] = [:]
        let codes = (0..<block.rowCount).map { row -> Int32 in
            guard let name = column.value(at: row)?.name else { return -1 }
            if let code = known[name] { return code }
            let code = Int32(known.count)
            known[name] = code
            return code
        }
        return (codes, known, [LabelPlace](repeating: .none, count: known.count))
    }

    /// The block with the labels' columns behind its own; a column that it has already is left as it is.
    package func joined() -> RowBlock {
        guard !growing.isEmpty else { return block }
        var ways = byValue.keys.filter { $0 != "reference" }.sorted()
        if byValue["reference"] != nil { ways.insert("reference", at: 0) }
        let sides = ways.compactMap { byValue[$0] }.filter { !$0.codes.isEmpty }
        var places = byID.isEmpty ? [LabelPlace](repeating: .none, count: block.rowCount) : byID
        for side in sides {
            for row in places.indices where !places[row].isThere && side.codes[row] >= 0 { places[row] = side.places[Int(side.codes[row])] }
        }
        let tables = growing.map(\.block)
        var names: [Text] = []
        for table in tables {
            for column in table.columns where !names.contains(column.name) && block[column.name] == nil { names.append(column.name) }
        }
        let further = names.map { name in LabelColumn.column(name, tables.map { $0[name] }, places) }
        return RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: block.columns + further)
    }
}
