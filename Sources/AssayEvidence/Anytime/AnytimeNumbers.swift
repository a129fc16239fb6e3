import AssayColumns
package import AssayMetrics
import AssayTerms

/// What a mean's rows brought in one window, brought into 0...1: squared distances of scores from what came true, and errors in parts of the
/// greatest one stated.
///
/// A row beyond the stated range counts as one at its end, and is counted as beyond. The mean of such rows is no larger than the mean of all, so its
/// lower end is
/// one of theirs too; the upper end is not, and is left open then.
package struct AnytimeNumbers: Hashable, Sendable {
    /// One row's.
    package struct Entry: Hashable, Sendable {
        /// Which row of the version it is; within the window where nobody said.
        package let number: Int64
        /// In 0...1.
        package let part: Double
        package let isBeyond: Bool
    }

    /// In the order of rows.
    package private(set) var entries: [Entry] = []
    /// By which a number in 0...1 becomes the check's own.
    package let scale: Double

    /// All rows together.
    package var portion: SequentialMean.Portion {
        var portion = SequentialMean.Portion()
        for entry in entries { portion.add(entry.part) }
        return portion
    }

    package var beyond: Int64 { Int64(entries.count { $0.isBeyond }) }

    /// - Parameters:
    ///   - range: of `mae` and `mse` the greatest error of a row.
    ///   - numbered: the column that says which row of the version each is.
    /// - Returns: `nil` where nothing was counted, or the check is no such mean.
    /// - Throws: `internalFault` where rows lack their numbers.
    /// - Complexity: O(rows).
    init?(
        _ check: String, _ request: EvidenceRequest, _ blocks: [RowBlock], positive: ColumnValue?, range: Double?, numbered: Text? = nil
    ) throws(AssayError) {
        let isBrier = check == "performance.brier"
        guard let label = request.label, let other = isBrier ? request.score : request.prediction, isBrier || range.map({ $0 > 0 }) == true else { return nil }
        let greatest = isBrier ? 1 : range ?? 1
        let isSquared = check != "performance.mae"
        scale = isSquared ? greatest * greatest : greatest
        var first: Int64 = 0
        for block in blocks {
            var numbers: [Int64]?
            if let numbered {
                guard case .int64(let values)? = block[numbered]?.values else {
                    throw AssayError(.internalFault, "rows that are counted once have no numbers")
                }
                numbers = values
            }
            defer { first += Int64(block.rowCount) }
            guard let labels = block[label], let others = block[other] else { continue }
            for row in 0..<block.rowCount {
                guard let truth = labels.value(at: row), let said = others.value(at: row)?.number, !said.isNaN,
                    let number = isBrier ? (truth == positive ? 1 : 0) : truth.number, !number.isNaN
                else { continue }
                let error = abs(said - number) / greatest
                let part = min(error, 1)
                entries.append(
                    Entry(number: numbers?[row] ?? first + Int64(row), part: isSquared ? part * part : part, isBeyond: error > 1))
            }
        }
        guard !entries.isEmpty else { return nil }
    }
}
