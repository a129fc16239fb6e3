package import AssayTerms

/// The column that holds the scores of one class.
package struct ClassColumn: Hashable, Sendable {
    /// The class's label as written; it is read by the label column's type.
    package var name: Text
    package var column: Text

    package init(name: Text, column: Text) {
        self.name = name
        self.column = column
    }
}
