import AssayTerms
import GRDB

/// A way to the rows of a search: what stands after `FROM`, and what that makes certain.
///
/// SQLite has no statistics here, so where it matters which index is gone along, the path says it: `INDEXED BY` names the
/// index and `CROSS JOIN` keeps the order of tables.
struct SQLPath {
    /// Names the searched table under its own name.
    let from: String
    /// The join of the search that `from` contains already.
    var alias: String?
    var conditions: [String] = []
    var arguments: [(any DatabaseValueConvertible)?] = []
    /// Sort columns that have one value along this path, by place: integers and missing values.
    var constants: [Int: SearchValue] = [:]

    init(
        from: String, alias: String? = nil, conditions: [String] = [],
        arguments: [(any DatabaseValueConvertible)?] = [], constants: [Int: SearchValue] = [:]
    ) {
        self.from = from
        self.alias = alias
        self.conditions = conditions
        self.arguments = arguments
        self.constants = constants
    }
}
