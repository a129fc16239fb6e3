package import AssayColumns
import AssayTerms

/// The names of a block's rows.
package struct RecordIDs: Sendable {
    private let high: [Int64]
    private let low: [Int64]
    private let rows: [Int64]

    /// `nil` for a block that is none of predictions.
    package init?(_ block: RowBlock) {
        guard case .int64(let high)? = block[RecordColumn.idHigh]?.values, case .int64(let low)? = block[RecordColumn.idLow]?.values,
            case .int64(let rows)? = block[RecordColumn.row]?.values
        else { return nil }
        self.high = high
        self.low = low
        self.rows = rows
    }

    package subscript(row: Int) -> RecordID {
        RecordID(high: UInt64(bitPattern: high[row]), low: UInt64(bitPattern: low[row]), row: rows[row])
    }
}
