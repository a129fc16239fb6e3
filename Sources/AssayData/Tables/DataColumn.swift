package import AssayColumns
package import AssayTerms

/// A column of a data set: its name and the type in which its values are given.
package struct DataColumn: Sendable, Hashable {
    package let name: Text
    package let type: ColumnType
    /// In a CSV column that no schema types: the first row, from 0, whose value is neither number nor boolean and
    /// made the column text. It tells a user which stray cell turned a column of numbers into text.
    package let firstTextRow: Int?

    package init(name: Text, type: ColumnType, firstTextRow: Int? = nil) {
        self.name = name
        self.type = type
        self.firstTextRow = firstTextRow
    }
}
