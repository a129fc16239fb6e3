import AssayColumns
import AssayTerms

/// Columns written as lists with `nil` for rows without a value.
enum Columns {
    static func text(_ name: Text, _ rows: [String?], dictionary: TextDictionary = TextDictionary()) -> Column {
        Column(
            name: name,
            values: .text(codes: rows.map { $0.map { dictionary.code(for: Text($0)) } ?? -7 }, dictionary: dictionary),
            validity: Validity(rows.map { $0 != nil }))
    }

    static func int64(_ name: Text, _ rows: [Int64?]) -> Column {
        Column(name: name, values: .int64(rows.map { $0 ?? 99 }), validity: Validity(rows.map { $0 != nil }))
    }

    static func double(_ name: Text, _ rows: [Double?]) -> Column {
        Column(name: name, values: .double(rows.map { $0 ?? 99 }), validity: Validity(rows.map { $0 != nil }))
    }

    static func boolean(_ name: Text, _ rows: [Bool?]) -> Column {
        Column(
            name: name, values: .boolean(rows.map { $0 == true ? 1 : 0 }), validity: Validity(rows.map { $0 != nil }))
    }

    static func timestamp(_ name: Text, _ rows: [Int64?]) -> Column {
        Column(name: name, values: .timestamp(rows.map { $0 ?? 99 }), validity: Validity(rows.map { $0 != nil }))
    }
}

/// The message of the `AssayError` that `body` throws, with its code in front.
func refusal(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "nothing thrown"
    } catch let error as AssayError {
        return "\(error.code.rawValue): \(error.message)"
    } catch {
        return "\(error)"
    }
}
