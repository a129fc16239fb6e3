import AssayStore
import AssayTerms
import Foundation
import GRDB

/// Reads the columns of rows whose text may be anything: bytes that are no UTF-8, and U+0000, which SQLite keeps and no
/// database of ours holds.
///
/// Text columns are selected as bytes (``bytes(_:)``), since SQLite's text functions stop at U+0000.
struct TextReading {
    private(set) var problems: [ImportProblem] = []

    /// The SQL that selects a text column as its bytes.
    static func bytes(_ column: String) -> String { "CAST(\(column) AS BLOB)" }

    /// The text in a column; `nil` for NULL, and, with a problem noted, for what is no text.
    ///
    /// - Parameter what: says whose it is: `the value of param 'x'`.
    mutating func text(_ row: Row, _ index: Int, of object: @autoclosure () -> Text, _ what: @autoclosure () -> String) -> Text? {
        guard let data: Data = row[index] else { return nil }
        guard let text = Text(utf8: data) else {
            problems.append(ImportProblem(object(), Text("\(what()) is not UTF-8 text and was left out")))
            return nil
        }
        guard !text.utf8.contains(0) else {
            problems.append(ImportProblem(object(), Text("\(what()) holds U+0000 and was left out")))
            return nil
        }
        return text
    }

    /// A key with its value; a value that is NULL is empty.
    mutating func pair(_ row: Row, key: Int, value: Int, of object: @autoclosure () -> Text, _ kind: String) -> KeyValue? {
        let count = problems.count
        guard let name = text(row, key, of: object(), "the key of a \(kind)") else { return nil }
        let value = text(row, value, of: object(), "the value of \(kind) '\(name)'") ?? ""
        return problems.count == count ? KeyValue(key: name, value: value) : nil
    }

    mutating func note(_ more: [ImportProblem]) { problems += more }
    mutating func note(_ object: Text, _ message: String) { problems.append(ImportProblem(object, Text(message))) }
}

/// Ids become parts of paths, so they are only what MLflow makes them of.
enum SourceID {
    static func isValid(_ id: Text) -> Bool {
        guard let first = id.utf8.first, id.utf8Count <= 256 else { return false }
        return isAlphanumeric(first) && id.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
