import AssayTerms
import GRDB

/// Text is bound and read as SQLite text; columns compare it by bytes.
extension Text: DatabaseValueConvertible {
    var databaseValue: DatabaseValue { string.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Text? {
        String.fromDatabaseValue(value).map { Text($0) }
    }
}

extension SearchValue {
    /// The value as one bound argument; lists are bound element by element instead.
    var argument: (any DatabaseValueConvertible)? {
        switch self {
        case .null, .list: nil
        case .integer(let value): value
        case .number(let value): value
        case .text(let value): value
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .number(value)
        case .string(let value): self = .text(Text(value))
        case .null, .blob: self = .null
        }
    }
}
