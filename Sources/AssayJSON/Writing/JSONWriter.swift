extension JSONValue {
    /// The value as JSON text in UTF-8, compact or with two spaces per level.
    ///
    /// Numbers are written as ECMAScript writes them; a `.number` that is not finite is written as `null`, as
    /// `JSON.stringify` does. Strings escape the quote, the backslash and control characters, nothing else.
    ///
    /// - Complexity: O(size of the text).
    package func bytes(pretty: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes, pretty: pretty)
        return bytes
    }

    package func append(to bytes: inout [UInt8], pretty: Bool = false) {
        append(to: &bytes, level: pretty ? 0 : nil)
    }

    /// `level` is the indentation, `nil` for compact text.
    private func append(to bytes: inout [UInt8], level: Int?) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): ECMAScriptNumber.append(value, to: &bytes)
        case .string(let value): JSONString.append(value, to: &bytes)
        case .array(let elements):
            guard !elements.isEmpty else {
                bytes.append(contentsOf: "[]".utf8)
                return
            }
            bytes.append(UInt8(ascii: "["))
            let inner = level.map { $0 + 1 }
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.breakLine(&bytes, level: inner)
                element.append(to: &bytes, level: inner)
            }
            Self.breakLine(&bytes, level: level)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            guard !object.isEmpty else {
                bytes.append(contentsOf: "{}".utf8)
                return
            }
            bytes.append(UInt8(ascii: "{"))
            let inner = level.map { $0 + 1 }
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.breakLine(&bytes, level: inner)
                JSONString.append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if level != nil { bytes.append(UInt8(ascii: " ")) }
                member.value.append(to: &bytes, level: inner)
            }
            Self.breakLine(&bytes, level: level)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func breakLine(_ bytes: inout [UInt8], level: Int?) {
        guard let level else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
}
