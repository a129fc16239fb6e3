import AssayJSON
import AssayTerms

/// Values as MLflow's messages show them.
enum WireText {
    /// A value as Python's `json.dumps` writes it, cut after 200 characters.
    static func quoted(_ value: JSONValue) -> String {
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
