import AssayJSON

/// Numbers in the forms protobuf's JSON reader accepts.
enum WireNumber {
    /// `5`, `"5"`, `7.0`, `"7.0"` and `1e3` are integers; `7.5`, `true` and what exceeds 64 bits are not.
    static func integer(_ value: JSONValue) -> Int64? {
        switch value {
        case .integer(let integer): integer
        case .number(let number): whole(number)
        case .string(let text): decimalInteger(text) ?? decimalNumber(text).flatMap(whole)
        default: nil
        }
    }

    /// A double at -2^63 may have been a smaller number, which is none of 64 bits.
    private static func whole(_ number: Double) -> Int64? { number > -0x1p63 ? Int64(exactly: number) : nil }

    /// Numbers, numbers in quotes, `"NaN"`, and Python's words for infinities; booleans are 0 and 1, as Python has them.
    static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let integer): return Double(integer)
        case .number(let number): return number
        case .bool(let bool): return bool ? 1 : 0
        case .string(let text):
            if text == "NaN" { return .nan }
            switch text.lowercased() {
            case "infinity", "inf", "+infinity", "+inf": return .infinity
            case "-infinity", "-inf": return -.infinity
            default: return decimalNumber(text)
            }
        default: return nil
        }
    }

    static func decimalInteger(_ text: String) -> Int64? {
        let digits = text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Decimal text only: Swift's `Double` also reads hexadecimal and "nan(…)".
    static func decimalNumber(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy {
            (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
                || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
        }
        guard isDecimal else { return nil }
        return Double(text)
    }
}
