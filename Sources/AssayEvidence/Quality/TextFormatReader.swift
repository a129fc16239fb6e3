import AssayJSON
import AssayTerms

/// Reads Protocol Buffers' text format into JSON values, without the message's definition.
///
/// A field that stands once is its value, one that stands several times a list, and so is one that may be repeated.
/// Names that are values (enums) are strings. Any-messages and extensions keep their bracketed names.
///
/// - Source: protobuf.dev, Text Format Language Specification; comments, both brackets of messages, lists, optional separators,
///   strings in pieces with C's escapes, decimal, octal and hexadecimal numbers.
struct TextFormatReader {
    /// Deeper nesting is refused.
    private static let depthLimit = 32

    private let bytes: [UInt8]
    private let isRepeated: (_ name: Text, _ depth: Int) -> Bool
    private var index = 0
    private var depth = 0

    /// - Parameter isRepeated: whether a field of messages at a depth, 1 for the outermost, is a list even where it stands once.
    /// - Throws: `unreadable` with the line.
    static func value(
        of bytes: [UInt8], isRepeated: @escaping (_ name: Text, _ depth: Int) -> Bool
    ) throws(AssayError) -> JSONValue {
        var reader = TextFormatReader(bytes: bytes, isRepeated: isRepeated)
        return try reader.message(until: nil)
    }

    private init(bytes: [UInt8], isRepeated: @escaping (_ name: Text, _ depth: Int) -> Bool) {
        self.bytes = bytes
        self.isRepeated = isRepeated
    }

    private func error(_ what: String) -> AssayError {
        let line = bytes.prefix(index).count { $0 == UInt8(ascii: "\n") } + 1
        return AssayError(.unreadable, "line \(line) of the schema's text \(what)")
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "#") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) {
                index += 1
            } else {
                return
            }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func message(until end: Unicode.Scalar?) throws(AssayError) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("is nested deeper than \(Self.depthLimit) messages") }
        var names: [Text] = []
        var values: [Text: [JSONValue]] = [:]
        while true {
            skipSpace()
            if let end, take(end) { break }
            guard index < bytes.count else {
                guard end == nil else { throw error("ends within a message") }
                break
            }
            let name = try name()
            if values[name] == nil { names.append(name) }
            values[name, default: []] += try fieldValues(of: name)
            if !take(",") { _ = take(";") }
        }
        var members: [(String, JSONValue)] = []
        for name in names {
            let found = values[name] ?? []
            members.append((name.string, found.count == 1 && !isRepeated(name, depth) ? found[0] : .array(found)))
        }
        return .object(JSONObject(members))
    }

    private mutating func name() throws(AssayError) -> Text {
        let start = index
        if take("[") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "]") { index += 1 }
            guard take("]") else { throw error("has a name in brackets without its end") }
        } else {
            while index < bytes.count, Self.isName(bytes[index]) { index += 1 }
        }
        guard index > start, let name = Text(utf8: bytes[start..<index]), !(0x30...0x39).contains(bytes[start]) else {
            throw error("has no name of a field where one is due")
        }
        return name
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }

    private mutating func fieldValues(of name: Text) throws(AssayError) -> [JSONValue] {
        let hasColon = take(":")
        if take("[") {
            var values: [JSONValue] = []
            if take("]") { return values }
            repeat { values.append(try value(of: name, hasColon: hasColon)) } while take(",")
            guard take("]") else { throw error("has a list of '\(name)' without its end") }
            return values
        }
        return [try value(of: name, hasColon: hasColon)]
    }

    private mutating func value(of name: Text, hasColon: Bool) throws(AssayError) -> JSONValue {
        if take("{") { return try message(until: "}") }
        if take("<") { return try message(until: ">") }
        guard hasColon else { throw error("lacks a colon between '\(name)' and its value") }
        guard index < bytes.count else { throw error("has no value of '\(name)'") }
        if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") { return try strings(of: name) }
        return try scalar(of: name)
    }

    /// Strings that follow each other are one.
    private mutating func strings(of name: Text) throws(AssayError) -> JSONValue {
        var text: [UInt8] = []
        while index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") {
            let quote = bytes[index]
            index += 1
            while true {
                guard index < bytes.count, bytes[index] != UInt8(ascii: "\n") else {
                    throw error("has a string of '\(name)' without its end")
                }
                let byte = bytes[index]
                index += 1
                if byte == quote { break }
                if byte == UInt8(ascii: "\\") { text += try escape(of: name) } else { text.append(byte) }
            }
            skipSpace()
        }
        guard let read = Text(utf8: text) else { throw error("has a string of '\(name)' that is not valid UTF-8") }
        return .string(read.string)
    }

    private mutating func escape(of name: Text) throws(AssayError) -> [UInt8] {
        guard index < bytes.count else { throw error("has a string of '\(name)' without its end") }
        let letter = bytes[index]
        index += 1
        func digits(_ limit: Int, radix: Int, at start: Int) -> (value: UInt32, count: Int)? {
            let text = bytes[start...].prefix(limit).prefix { Self.digit($0) < radix }
            return text.isEmpty ? nil : (text.reduce(0) { $0 * UInt32(radix) + UInt32(Self.digit($1)) }, text.count)
        }
        switch letter {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): return [letter]
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            if let found = digits(3, radix: 8, at: index - 1), found.value <= 255 {
                index += found.count - 1
                return [UInt8(found.value)]
            }
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            if let found = digits(2, radix: 16, at: index) {
                index += found.count
                return [UInt8(found.value)]
            }
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            if let found = digits(count, radix: 16, at: index), found.count == count, let scalar = Unicode.Scalar(found.value) {
                index += count
                return Array(String(Character(scalar)).utf8)
            }
        default: break
        }
        throw error("has an escape in '\(name)' that the format does not know")
    }

    private static func digit(_ byte: UInt8) -> Int {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x37)
        case 0x61...0x66: Int(byte - 0x57)
        default: .max
        }
    }

    /// A number, or the name of an enum's value.
    private mutating func scalar(of name: Text) throws(AssayError) -> JSONValue {
        let isNegative = take("-")
        skipSpace()
        let start = index
        while index < bytes.count, Self.isName(bytes[index]) || ".+-".utf8.contains(bytes[index]) {
            // A sign stands within a number behind its exponent only.
            if "+-".utf8.contains(bytes[index]), index == start || !"eE".utf8.contains(bytes[index - 1]) { break }
            index += 1
        }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let first = word.utf8.first else { throw error("has no value of '\(name)'") }
        guard (0x30...0x39).contains(first) || first == UInt8(ascii: ".") else {
            switch word {
            case "true", "True", "t": return .bool(true)
            case "false", "False", "f": return .bool(false)
            default: return .string((isNegative ? "-" : "") + word)
            }
        }
        let sign = isNegative ? "-" : ""
        let integer: Int64? =
            word.hasPrefix("0x") || word.hasPrefix("0X")
            ? Int64(sign + word.dropFirst(2), radix: 16)
            : word.utf8.count > 1 && first == UInt8(ascii: "0") ? Int64(sign + word, radix: 8) : Int64(sign + word)
        if let integer { return .integer(integer) }
        let plain = word.hasSuffix("f") || word.hasSuffix("F") ? String(word.dropLast()) : word
        guard !plain.hasPrefix("0x"), let number = Double(sign + plain) else { throw error("has a value of '\(name)' that is no number") }
        return .number(number)
    }
}
