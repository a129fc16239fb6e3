import AssayTerms
import Foundation
import GRDB

/// Text is bound and read as SQLite text; columns compare it by bytes.
///
/// Text with U+0000 would be cut there without a word, since SQLite is handed text that ends at a zero byte. It is bound as
/// the blob of its bytes instead: no text equals that, so nothing is found by it, and no text column of a STRICT table
/// takes it, so nothing is stored; ``SQLiteStore`` says so in words. PostgreSQL refuses such text by itself.
extension Text: DatabaseValueConvertible {
    var databaseValue: DatabaseValue {
        string.utf8.contains(0) ? Data(string.utf8).databaseValue : string.databaseValue
    }

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
