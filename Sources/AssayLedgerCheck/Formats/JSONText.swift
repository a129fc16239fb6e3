/// A JSON text (RFC 8259), read with nothing of ours: no member stands twice, numbers are doubles.
enum JSONText: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONText])
    /// By the bytes of their names: texts that look alike are not the same member.
    case object([[UInt8]: JSONText])

    /// Deeper than any statement is.
    private static let deepest = 64

    /// `nil` for bytes that are no JSON text, name a member twice, are nested deeper than 64, or hold a number that no double is near.
    init?(_ bytes: [UInt8]) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reader = Reader(bytes: bytes)
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    subscript(member: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members[Array(member.utf8)]
    }

    /// An object of the members given.
    init(_ members: [String: JSONText]) { self = .object(Dictionary(uniqueKeysWithValues: members.map { (Array($0.key.utf8), $0.value) })) }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    var array: [JSONText]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return place == bytes.count
            }
        }

        private mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
        }

        private mutating func takes(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            place += 1
            return true
        }

        private mutating func takes(word: StaticString) -> Bool {
            let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard bytes[place...].starts(with: wanted) else { return false }
            place += wanted.count
            return true
        }

        mutating func value(depth: Int) -> JSONText? {
            guard depth <= JSONText.deepest else { return nil }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return text().map { .string($0) }
            case UInt8(ascii: "t"): return takes(word: "true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return takes(word: "false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return takes(word: "null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(_ depth: Int) -> JSONText? {
            place += 1
            var members: [[UInt8]: JSONText] = [:]
            if takes(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipSpace()
                guard let name = text(), takes(UInt8(ascii: ":")), let value = value(depth: depth + 1),
                    members.updateValue(value, forKey: Array(name.utf8)) == nil
                else { return nil }
            } while takes(UInt8(ascii: ","))
            return takes(UInt8(ascii: "}")) ? .object(members) : nil
        }

        private mutating func array(_ depth: Int) -> JSONText? {
            place += 1
            var elements: [JSONText] = []
            if takes(UInt8(ascii: "]")) { return .array(elements) }
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
            } while takes(UInt8(ascii: ","))
            return takes(UInt8(ascii: "]")) ? .array(elements) : nil
        }

        private mutating func digits() -> Bool {
            let start = place
            while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { place += 1 }
            return place > start
        }

        private mutating func number() -> JSONText? {
            let start = place
            if next == UInt8(ascii: "-") { place += 1 }
            if next == UInt8(ascii: "0") { place += 1 } else if !digits() { return nil }
            if next == UInt8(ascii: ".") {
                place += 1
                guard digits() else { return nil }
            }
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                place += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
                guard digits() else { return nil }
            }
            guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else { return nil }
            return .number(value)
        }

        private mutating func text() -> String? {
            guard next == UInt8(ascii: "\"") else { return nil }
            place += 1
            var units: [UInt8] = []
            while let byte = next {
                place += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
                case 0..<0x20: return nil
                case UInt8(ascii: "\\"):
                    guard let scalar = escaped() else { return nil }
                    units.append(contentsOf: String(scalar).utf8)
                default: units.append(byte)
                }
            }
            return nil
        }

        private mutating func escaped() -> Unicode.Scalar? {
            guard let byte = next else { return nil }
            place += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
            case UInt8(ascii: "b"): return "\u{08}"
            case UInt8(ascii: "f"): return "\u{0C}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "u"):
                guard let high = unit() else { return nil }
                guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
                guard takes(word: "\\u"), let low = unit(), (0xDC00..<0xE000).contains(low) else { return nil }
                return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            default: return nil
            }
        }

        private mutating func unit() -> UInt32? {
            guard place + 4 <= bytes.count else { return nil }
            var value: UInt32 = 0
            for byte in bytes[place..<(place + 4)] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
                value = value << 4 | UInt32(digit)
            }
            place += 4
            return value
        }
    }
}
