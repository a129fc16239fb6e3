import AssayStore
import AssayTerms
import Foundation
import GRDB

/// Reads the columns of rows that may hold anything. SQLite keeps what it is given whatever the column's type says, and MLflow's
/// clients give it texts for times; texts may be bytes that are no UTF-8, or hold U+0000, which no database of ours does.
///
/// Text columns are selected as bytes, since SQLite's text functions stop at U+0000.
struct RowReading {
    private(set) var problems: [ImportProblem] = []

    /// The text in a column; `nil` for NULL, and, with a problem noted, for what is no text.
    ///
    /// - Parameter what: says whose it is: `the value of param 'x'`.
    mutating func text(_ row: Row, _ index: Int, of object: @autoclosure () -> Text, _ what: @autoclosure () -> String) -> Text? {
        guard let data = Data.fromDatabaseValue(row[index]) else { return nil }
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

    /// The whole number in a column; `nil` for NULL, and, with a problem noted, for what is none.
    mutating func integer(_ row: Row, _ index: Int, of object: @autoclosure () -> Text, _ what: @autoclosure () -> String) -> Int64? {
        let value: DatabaseValue = row[index]
        if value.isNull { return nil }
        if let integer = Self.integer(value) { return integer }
        problems.append(ImportProblem(object(), Text("\(what()) is no whole number and was left out")))
        return nil
    }

    /// A word of MLflow's own: a status, a stage; `nil` for NULL, and, with a problem noted, for what is no text.
    mutating func word(_ row: Row, _ index: Int, of object: @autoclosure () -> Text, _ what: @autoclosure () -> String) -> String? {
        let value: DatabaseValue = row[index]
        switch value.storage {
        case .null: return nil
        case .string(let text): return text
        case .int64(let integer): return "\(integer)"
        case .double, .blob:
            problems.append(ImportProblem(object(), Text("\(what()) is no text and was left out")))
            return nil
        }
    }

    /// The stage of a record's life. One that is unknown is not taken for active, or what was deleted would come back.
    mutating func lifecycleStage(_ row: Row, _ index: Int, of object: @autoclosure () -> Text) -> LifecycleStage {
        lifecycleStage(word(row, index, of: object(), "its stage"), of: object())
    }

    mutating func lifecycleStage(_ word: String?, of object: @autoclosure () -> Text) -> LifecycleStage {
        guard let word else { return .active }
        if let stage = LifecycleStage(rawValue: word) { return stage }
        problems.append(ImportProblem(object(), Text("its stage '\(word.prefix(64))' is unknown and was taken for deleted")))
        return .deleted
    }

    /// A whole number, also one that SQLite keeps as a fraction without a rest.
    static func integer(_ value: DatabaseValue) -> Int64? {
        switch value.storage {
        case .int64(let integer): integer
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    static func number(_ value: DatabaseValue) -> Double? {
        switch value.storage {
        case .int64(let integer): Double(integer)
        case .double(let number): number
        default: nil
        }
    }

    /// The id in a column, which is never asked about: what it is of cannot be named without it.
    static func id(_ row: Row, _ index: Int) -> Text? {
        let value: DatabaseValue = row[index]
        guard case .string(let text) = value.storage else { return nil }
        return Text(text)
    }

    /// The point in the columns timestamp, step, value and isNaN; `nil` if one of them is none.
    static func point(_ row: Row, from index: Int) -> MetricSeries.Point? {
        guard let timestamp = integer(row[index]), let step = integer(row[index + 1]), let isNaN = integer(row[index + 3]) else {
            return nil
        }
        let value: DatabaseValue = row[index + 2]
        // SQLite keeps NaN as NULL.
        guard let number = value.isNull ? .nan : number(value) else { return nil }
        return MetricSeries.Point(timestamp: timestamp, step: step, value: number.isNaN ? 0 : number, isNaN: isNaN != 0 || number.isNaN)
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

    /// A version's number that others can follow, and that the log can name: canonical JSON ends at 2^53 - 1.
    static func isVersion(_ number: Int64) -> Bool { (0..<(1 << 53) - (1 << 32)).contains(number) }

    /// An experiment's number that others can follow. File stores make up numbers of eighteen digits.
    static func isExperiment(_ number: Int64) -> Bool { (0..<Int64.max - (1 << 32)).contains(number) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
