import AssayColumns
import AssayTerms

/// Chosen rows of one column's blocks, put together.
struct RowGathering {
    private let name: Text
    private var values: Column.Values
    private var isPresent: [Bool] = []

    init(like column: Column) {
        name = column.name
        values =
            switch column.values {
            case .boolean: .boolean([])
            case .int64: .int64([])
            case .double: .double([])
            case .timestamp: .timestamp([])
            case .text(_, let dictionary): .text(codes: [], dictionary: dictionary)
            }
    }

    /// - Precondition: the column is of the type this began with and, with text, of its dictionary.
    mutating func add(_ column: Column, rows: ArraySlice<Int>) {
        switch (values, column.values) {
        case (.boolean(let known), .boolean(let new)): values = .boolean(known + rows.map { new[$0] })
        case (.int64(let known), .int64(let new)): values = .int64(known + rows.map { new[$0] })
        case (.double(let known), .double(let new)): values = .double(known + rows.map { new[$0] })
        case (.timestamp(let known), .timestamp(let new)): values = .timestamp(known + rows.map { new[$0] })
        case (.text(let known, let dictionary), .text(let new, let same)):
            precondition(dictionary === same, "a column's blocks have two dictionaries")
            values = .text(codes: known + rows.map { new[$0] }, dictionary: dictionary)
        default: preconditionFailure("a column's blocks have two types")
        }
        isPresent += rows.map { column.isPresent($0) }
    }

    mutating func removeAll() {
        self = RowGathering(like: column)
    }

    var column: Column {
        Column(name: name, values: values, validity: isPresent.allSatisfy { $0 } ? nil : Validity(isPresent))
    }
}
