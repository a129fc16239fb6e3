import AssayJSON
import AssayTerms

/// Rows of a JSON payload, column by column, before the signature gives them types.
struct PayloadTable {
    /// `nil` where the payload names no columns.
    let names: [Text]?
    let columns: [[JSONValue]]
    let rowCount: Int
}
