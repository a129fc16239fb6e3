import AssayColumns
import AssayJSON
package import AssayTerms

extension TableSchema {
    /// Fields that may stand several times: of the schema itself, and of messages within it.
    private static let repeated: (outer: Set<Text>, inner: Set<Text>) = (["feature", "string_domain"], ["value", "dim"])
    /// Fields whose values are names.
    private static let enums: Set<Text> = ["type", "lifecycle_stage"]

    /// Reads a schema in JSON or in Protocol Buffers' text format, whichever it is: JSON begins with a brace, or with a bracket that
    /// no name follows.
    ///
    /// - Throws: `unreadable`, with the place.
    package init(bytes: [UInt8]) throws(AssayError) {
        let start = bytes.lazy.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }.prefix(2)
        guard !start.isEmpty else {
            throw AssayError(.unreadable, "the schema is empty; assay profile DATA --write-schema FILE writes one")
        }
        let isName = start.dropFirst().first.map { ($0 | 0x20) &- 0x61 < 26 } ?? false
        guard let first = start.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") || isName else {
            try self.init(json: bytes)
            return
        }
        let document = try TextFormatReader.value(of: bytes) { name, depth in
            (depth == 1 ? Self.repeated.outer : Self.repeated.inner).contains(name)
        }
        try self.init(document: document)
    }

    /// The schema in the text format, as TFDV's `write_schema_text` and `load_schema_text` have it.
    package var textFormat: [UInt8] {
        var lines = ""
        Self.write(json, indent: "", into: &lines)
        return Array(lines.utf8)
    }

    private static func write(_ message: JSONValue, indent: String, into lines: inout String) {
        for member in message.object?.members ?? [] {
            for value in member.value.array ?? [member.value] {
                if value.object != nil {
                    lines += "\(indent)\(member.name) {\n"
                    write(value, indent: indent + "  ", into: &lines)
                    lines += "\(indent)}\n"
                } else {
                    lines += "\(indent)\(member.name): \(written(value, of: Text(member.name)))\n"
                }
            }
        }
    }

    private static func written(_ value: JSONValue, of name: Text) -> String {
        switch value {
        case .string(let string): return enums.contains(name) ? string : quoted(string)
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let integer): return String(integer)
        case .number(let number): return ShortestDecimal.text(of: number)
        case .null, .array, .object: return ""
        }
    }

    /// ASCII as it is; every other byte in octal, as TFDV writes it.
    private static func quoted(_ string: String) -> String {
        var text = "\""
        for byte in string.utf8 {
            switch byte {
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): text += "\\\(Character(Unicode.Scalar(byte)))"
            case 0x20..<0x7F: text.append(Character(Unicode.Scalar(byte)))
            default:
                let octal = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return text + "\""
    }
}
