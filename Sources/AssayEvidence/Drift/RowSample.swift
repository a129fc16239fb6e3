import AssayColumns
import AssayMetrics

/// A sample of whole rows, each kept with the same probability whatever the size of blocks.
///
/// - Source: Vitter, J. S. (1985). Random sampling with a reservoir. ACM TOMS 11, 37–57; algorithm R.
struct RowSample: Sendable {
    let size: Int
    /// Value by value; `nil` is a missing one.
    private(set) var rows: [[ColumnValue?]] = []
    private var seen = 0
    private var generator: SplitMix64

    init(size: Int, seed: UInt64) {
        self.size = size
        generator = SplitMix64(seed: seed)
    }

    mutating func add(_ columns: [Column], rowCount: Int) {
        for row in 0..<rowCount {
            seen += 1
            if rows.count < size {
                rows.append(Self.values(of: columns, row))
            } else {
                let place = Int(generator.next() % UInt64(seen))
                if place < size { rows[place] = Self.values(of: columns, row) }
            }
        }
    }

    private static func values(of columns: [Column], _ row: Int) -> [ColumnValue?] {
        columns.map { column in
            guard column.isPresent(row) else { return nil }
            switch column.values {
            case .boolean(let values): return ColumnValue(values[row] != 0)
            case .int64(let values): return ColumnValue(values[row])
            case .double(let values): return values[row].isFinite ? ColumnValue(values[row]) : nil
            case .text(let codes, let dictionary): return .text(dictionary[codes[row]])
            case .timestamp(let values): return .timestamp(values[row])
            }
        }
    }
}
