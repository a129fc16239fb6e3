extension Text {
    /// The text as Python's `repr` writes it, which is how MLflow's messages quote some names: single quotes unless the text
    /// has those and no double ones, and everything that does not print as an escape.
    package var pythonLiteral: String {
        let quote: Unicode.Scalar = string.unicodeScalars.contains("'") && !string.unicodeScalars.contains("\"") ? "\"" : "'"
        var literal = String.UnicodeScalarView([quote])
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\\", quote: literal.append(contentsOf: ["\\", scalar])
            case "\n": literal.append(contentsOf: "\\n".unicodeScalars)
            case "\r": literal.append(contentsOf: "\\r".unicodeScalars)
            case "\t": literal.append(contentsOf: "\\t".unicodeScalars)
            default:
                if Self.prints(scalar) {
                    literal.append(scalar)
                } else {
                    let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                    let digits = String(scalar.value, radix: 16)
                    let escape = "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
                    literal.append(contentsOf: escape.unicodeScalars)
                }
            }
        }
        literal.append(quote)
        return String(literal)
    }

    private static func prints(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
