import AssayColumns
import AssayRecords
import AssayTerms

/// Which batch each row belongs to: what the client called it, or its request where that has many rows.
struct BatchNames: Sendable {
    private var names: [Text?]

    subscript(row: Int) -> Text? { names[row] }

    init(_ block: RowBlock) {
        names = [Text?](repeating: nil, count: block.rowCount)
        if let ids = RecordIDs(block) {
            let requests = (0..<block.rowCount).map { row in RecordID(high: ids[row].high, low: ids[row].low, row: 0) }
            // Rows of a request stand together.
            var first = 0
            while first < requests.count {
                var end = first + 1
                while end < requests.count, requests[end] == requests[first] { end += 1 }
                if end - first >= MonitorWindow.batchRows {
                    let name = Text(requests[first].request)
                    for row in first..<end { names[row] = name }
                }
                first = end
            }
        }
        if let named = block[RecordColumn.batch] {
            for row in names.indices { if let value = named.value(at: row) { names[row] = value.name } }
        }
    }
}
