import AssayColumns
import AssayTerms

/// The rows for which a condition holds, in blocks as if they alone stood in the data: every measure has the bits it would have
/// there.
///
/// - Complexity: O(rows · columns); it holds up to two blocks.
struct ConditionedRows {
    private let condition: RowCondition?
    private var gathered: [RowGathering] = []
    private var gatheredCount = 0
    private var firstRow = 0

    /// - Parameter condition: `nil` lets all rows through as they come.
    init(_ condition: RowCondition?) { self.condition = condition }

    /// Takes a block, and shows `body` the block it fills, if it fills one.
    ///
    /// - Throws: `unsupported` where the condition orders a column with a value of another kind; what `body` throws.
    mutating func add(_ block: RowBlock, _ body: (RowBlock) throws(AssayError) -> Void) throws(AssayError) {
        guard let condition else { return try body(block) }
        var rows = try condition.mask(block).rows[...]
        if gathered.isEmpty { gathered = block.columns.map { RowGathering(like: $0) } }
        while !rows.isEmpty {
            let taken = rows.prefix(RowBlock.standardRowCount - gatheredCount)
            rows = rows.dropFirst(taken.count)
            for index in gathered.indices { gathered[index].add(block.columns[index], rows: taken) }
            gatheredCount += taken.count
            if gatheredCount == RowBlock.standardRowCount { try release(body) }
        }
    }

    /// Shows `body` what is left. To be called once, after the last block.
    mutating func finish(_ body: (RowBlock) throws(AssayError) -> Void) throws(AssayError) {
        // A block without rows still says the columns and their types.
        if !gathered.isEmpty, gatheredCount > 0 || firstRow == 0 { try release(body) }
    }

    private mutating func release(_ body: (RowBlock) throws(AssayError) -> Void) throws(AssayError) {
        let block = RowBlock(firstRow: firstRow, rowCount: gatheredCount, columns: gathered.map(\.column))
        firstRow += gatheredCount
        gatheredCount = 0
        for index in gathered.indices { gathered[index].removeAll() }
        try body(block)
    }
}
