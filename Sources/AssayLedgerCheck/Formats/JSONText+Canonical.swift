extension JSONText {
    /// The text that RFC 8785 makes of the value: members by the UTF-16 units of their names, numbers as ECMAScript writes them.
    var canonical: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += Array("null".utf8)
        case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
        case .number(let number): bytes += Array(Self.text(of: number).utf8)
        case .string(let text): Self.append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let named = members.map { (name: String(decoding: $0.key, as: UTF8.self), value: $0.value) }
            let sorted = named.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            for (place, member) in sorted.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += Array("\\b".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0C: bytes += Array("\\f".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0..<0x20: bytes += Array((byte < 0x10 ? "\\u000" : "\\u001").utf8) + Array(String(byte & 15, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// ECMA-262 `Number::toString`. Swift prints the same shortest digits in another layout.
    private static func text(of number: Double) -> String {
        if number == 0 { return "0" }
        let parts = number.magnitude.description.split(separator: "e")
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count > 1 && halves[1] != "0" ? String(halves[1]) : ""
        let all = halves[0] + fraction
        let digits = String(all.drop { $0 == "0" })
        let trimmed = String(digits.reversed().drop { $0 == "0" }.reversed())
        // value = 0.trimmed × 10^point
        let point = halves[0].count - (all.count - digits.count) + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let count = trimmed.count
        let sign = number < 0 ? "-" : ""
        if count <= point, point <= 21 { return sign + trimmed + String(repeating: "0", count: point - count) }
        if 0 < point, point <= 21 { return sign + trimmed.prefix(point) + "." + trimmed.dropFirst(point) }
        if -6 < point, point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + trimmed }
        let mantissa = trimmed.prefix(1) + (count > 1 ? "." + trimmed.dropFirst() : "")
        return sign + mantissa + (point > 0 ? "e+" : "e-") + String(abs(point - 1))
    }
}
