import AssayColumns
import AssayRecords
import AssayTerms

/// What rows that are to be erased are called, so that labels which name them are found.
///
/// A reference or value that rows of others have too, such as a region's, is none of theirs alone: labels by it stay, unless the request names
/// the value itself.
struct ErasedNames: Sendable {
    private var ids: Set<RecordID>
    /// By `reference` and recorded column.
    private var named: [Text: Set<Text>] = [:]
    private var found: [Text: Set<Text>] = [:]

    init(_ request: Governance.ErasureRequest) {
        ids = request.ids
        if !request.references.isEmpty { named["reference"] = request.references }
        if let column = request.column, !request.values.isEmpty { named[column, default: []].formUnion(request.values) }
    }

    /// Whether something was found that other rows may have too.
    var mayBeShared: Bool { found.values.contains { !$0.isEmpty } }

    /// - Parameter ways: `reference` and the columns that labels are joined by.
    mutating func note(_ rows: Set<Int>, of block: RowBlock, ways: Set<Text>) {
        if let all = RecordIDs(block) { for row in rows { ids.insert(all[row]) } }
        for way in ways {
            guard let column = Self.column(way, block) else { continue }
            for row in rows { if let value = column.value(at: row) { found[way, default: []].insert(value.name) } }
        }
    }

    /// Leaves out what rows that stay have too.
    mutating func leaveOut(allBut gone: Set<Int>, of block: RowBlock) {
        for way in Array(found.keys) {
            guard let column = Self.column(way, block) else { continue }
            for row in 0..<block.rowCount where !gone.contains(row) {
                if let value = column.value(at: row) { found[way]?.remove(value.name) }
            }
        }
    }

    /// The rows of a segment of labels that name any of them.
    func rows(ofLabels block: RowBlock) -> Set<Int> {
        guard let names = block[RecordColumn.reference] else { return [] }
        let by = block[RecordColumn.by]
        var rows: Set<Int> = []
        for row in 0..<block.rowCount {
            guard let name = names.value(at: row)?.name else { continue }
            let way = by?.value(at: row)?.name ?? "id"
            let isMeant: Bool
            if way == "id" {
                isMeant = RecordID(name).map { ids.contains($0) } ?? false
            } else {
                isMeant = named[way]?.contains(name) == true || found[way]?.contains(name) == true
            }
            if isMeant { rows.insert(row) }
        }
        return rows
    }

    private static func column(_ way: Text, _ block: RowBlock) -> Column? {
        block[way == "reference" ? RecordColumn.reference : RecordColumn.recorded(way)]
    }
}
