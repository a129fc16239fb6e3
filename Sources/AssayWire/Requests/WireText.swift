import AssayJSON
import AssayTerms

/// Values as MLflow's messages show them.
enum WireText {
    /// A value as Python's `json.dumps` writes it, cut after 200 characters.
    static func quoted(_ value: JSONValue) -> String {
        // A double shows that it is one: `1.0`.
        if case .number(let number) = value { return "\(number)" }
        var ascii = ""
        for scalar in String(decoding: value.bytes(), as: UTF8.self).unicodeScalars.prefix(200) {
            if scalar.isASCII {
                ascii.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    ascii += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return ascii
    }

    static func quoted(_ text: Text) -> String { quoted(.string(text.string)) }

    /// Text as Python's `repr` writes it, but for characters beyond ASCII that Python would escape.
    static func pythonRepr(_ text: Text) -> String {
        let quote = text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
        var repr = quote
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\n": repr += "\\n"
            case "\r": repr += "\\r"
            case "\t": repr += "\\t"
            case "\\": repr += "\\\\"
            case "'" where quote == "'": repr += "\\'"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: repr += "\\x" + Hex.encode([UInt8(scalar.value)])
            default: repr.unicodeScalars.append(scalar)
            }
        }
        return repr + quote
    }

    /// The name of a JSON value's type in Python.
    static func pythonType(_ value: JSONValue) -> String {
        switch value {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }
}
