import AssayColumns
import AssayRecords
import AssayTerms

/// Of the requests in a block, how many have a label, and how many of these were predicted wrongly. Rows of a request are not independent, so one
/// of each is looked at, drawn by the request's id: before its label is known, so that it hangs on no label.
struct LabelledRequests: Hashable, Sendable {
    private(set) var labelled: Int64 = 0
    private(set) var mistaken: Int64 = 0

    /// - Parameters:
    ///   - block: records with labels joined to them; without a label of any row it has no such column.
    ///   - arm: the only one that counts.
    ///   - since: in microseconds since 1970; what was recorded before does not count.
    ///   - tolerance: how far a number may be from its label.
    /// - Complexity: O(rows).
    init(_ block: RowBlock, arm: String, since: Int64, tolerance: Double) {
        guard let ids = RecordIDs(block), let arms = block[RecordColumn.arm], let predictions = block[RecordColumn.prediction],
            let labels = block[RecordColumn.label], case .timestamp(let times)? = block[RecordColumn.time]?.values,
            case .int64(let status)? = block[RecordColumn.status]?.values
        else { return }
        var requests: [RecordID: [Int]] = [:]
        for row in 0..<block.rowCount where status[row] == 200 && times[row] >= since && arms.value(at: row)?.name.string == arm {
            requests[RecordID(high: ids[row].high, low: ids[row].low, row: 0), default: []].append(row)
        }
        // Sums of whole numbers do not hang on the order.
        for (request, rows) in requests {
            let row = rows[Int(request.low % UInt64(rows.count))]
            guard let predicted = predictions.value(at: row), let label = labels.value(at: row) else { continue }
            labelled += 1
            if !Self.isRight(predicted, label, tolerance: tolerance) { mistaken += 1 }
        }
    }

    static func isRight(_ predicted: ColumnValue, _ label: ColumnValue, tolerance: Double) -> Bool {
        if let one = predicted.number, let other = label.number { abs(one - other) <= tolerance } else { predicted.name == label.name }
    }
}
