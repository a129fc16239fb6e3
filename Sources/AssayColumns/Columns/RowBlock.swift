package import AssayTerms

/// Consecutive rows of a data set, column by column. A whole small table is one block with `firstRow` 0.
package struct RowBlock: Sendable {
    /// Rows in every block but the last, whatever the reader's batches were: sums are folded block by block,
    /// so equal data gives equal bits.
    package static let standardRowCount = 65_536

    /// The data set's row number of this block's first row.
    package let firstRow: Int
    package let rowCount: Int
    package let columns: [Column]

    package init(firstRow: Int = 0, rowCount: Int, columns: [Column]) {
        precondition(columns.allSatisfy { $0.count == rowCount }, "columns of a block differ in length")
        self.firstRow = firstRow
        self.rowCount = rowCount
        self.columns = columns
    }

    package subscript(name: Text) -> Column? { columns.first { $0.name == name } }
}
