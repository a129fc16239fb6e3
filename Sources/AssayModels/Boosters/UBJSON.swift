import AssayTerms

/// Reads a model file in UBJSON (draft 12) as XGBoost writes it: objects, texts, numbers, and typed arrays of numbers, big-endian.
///
/// Every count is held to the bytes that are left before anything is made of it.
///
/// - Source: https://ubjson.org/; XGBoost 3.2, `src/common/json.cc`, `UBJReader`.
struct UBJSON {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private var depth = 0

    private static let depthLimit = 64

    static func read(_ bytes: [UInt8], name: String) throws(AssayError) -> BoosterValue {
        var reader = UBJSON(bytes: bytes, name: name)
        let value = try reader.value(reader.byte())
        guard reader.position == bytes.count else { throw reader.damaged("has bytes after its end") }
        return value
    }

    private init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    private func damaged(_ why: String) -> AssayError { AssayError(.unreadable, "\(name) \(why) (byte \(position))") }

    private mutating func byte() throws(AssayError) -> UInt8 {
        guard position < bytes.count else { throw AssayError(.unreadable, "\(name) is truncated: it ends within a value") }
        position += 1
        return bytes[position - 1]
    }

    /// Big-endian, as many bytes as fit the type.
    private mutating func bits(_ width: Int) throws(AssayError) -> UInt64 {
        guard width <= bytes.count - position else { throw AssayError(.unreadable, "\(name) is truncated: it ends within a number") }
        var value: UInt64 = 0
        for _ in 0..<width {
            value = value << 8 | UInt64(bytes[position])
            position += 1
        }
        return value
    }

    private static func width(_ marker: UInt8) -> Int? {
        switch marker {
        case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
        case UInt8(ascii: "I"): 2
        case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
        case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
        default: nil
        }
    }

    private mutating func integer(_ marker: UInt8) throws(AssayError) -> Int64? {
        switch marker {
        case UInt8(ascii: "i"): Int64(Int8(truncatingIfNeeded: try bits(1)))
        case UInt8(ascii: "U"): Int64(try bits(1))
        case UInt8(ascii: "I"): Int64(Int16(truncatingIfNeeded: try bits(2)))
        case UInt8(ascii: "l"): Int64(Int32(truncatingIfNeeded: try bits(4)))
        case UInt8(ascii: "L"): Int64(bitPattern: try bits(8))
        default: nil
        }
    }

    private mutating func float(_ marker: UInt8) throws(AssayError) -> Float? {
        switch marker {
        case UInt8(ascii: "d"): Float(bitPattern: UInt32(try bits(4)))
        case UInt8(ascii: "D"): Float(Double(bitPattern: try bits(8)))
        default: nil
        }
    }

    /// A count of things of which each takes at least `width` bytes.
    private mutating func count(width: Int) throws(AssayError) -> Int {
        guard let count = try integer(byte()) else { throw damaged("has a count that is not a whole number") }
        guard count >= 0, count <= Int64((bytes.count - position) / width) else {
            throw AssayError(.unreadable, "\(name) is truncated: it says it holds \(count) more values (byte \(position))")
        }
        return Int(count)
    }

    private mutating func string() throws(AssayError) -> String {
        let count = try count(width: 1)
        guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else { throw damaged("has a text that is not UTF-8") }
        position += count
        return text
    }

    private mutating func value(_ marker: UInt8) throws(AssayError) -> BoosterValue {
        if let number = try integer(marker) { return .integer(number) }
        if let number = try float(marker) { return .float(number) }
        switch marker {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            guard depth <= Self.depthLimit else {
                throw AssayError(.limitExceeded, "\(name) nests values deeper than \(Self.depthLimit) levels")
            }
            defer { depth -= 1 }
            return marker == UInt8(ascii: "{") ? try object() : try array()
        case UInt8(ascii: "S"): return .text(try string())
        case UInt8(ascii: "T"): return .boolean(true)
        case UInt8(ascii: "F"): return .boolean(false)
        case UInt8(ascii: "Z"): return .null
        default: throw damaged("has a value of a type that XGBoost does not write")
        }
    }

    private func stands(_ byte: Character) -> Bool { position < bytes.count && bytes[position] == byte.asciiValue }

    private mutating func object() throws(AssayError) -> BoosterValue {
        var members: [Text: BoosterValue] = [:]
        var left: Int?
        if stands("#") {
            position += 1
            left = try count(width: 2)
        }
        while left.map({ $0 > 0 }) ?? !stands("}") {
            let key = Text(try string())
            guard members.updateValue(try value(byte()), forKey: key) == nil else { throw damaged("names a member of one object twice") }
            left = left.map { $0 - 1 }
        }
        if left == nil { position += 1 }
        return .object(members)
    }

    private mutating func array() throws(AssayError) -> BoosterValue {
        if stands("$") {
            position += 1
            let type = try byte()
            guard let width = Self.width(type), try byte() == UInt8(ascii: "#") else { throw damaged("has a typed array of something else than numbers") }
            let count = try count(width: width)
            if type == UInt8(ascii: "d") || type == UInt8(ascii: "D") {
                var numbers: [Float] = []
                numbers.reserveCapacity(count)
                for _ in 0..<count { numbers.append(try float(type) ?? 0) }
                return .floats(numbers)
            }
            var numbers: [Int64] = []
            numbers.reserveCapacity(count)
            for _ in 0..<count { numbers.append(try integer(type) ?? 0) }
            return .integers(numbers)
        }
        var elements: [BoosterValue] = []
        if stands("#") {
            position += 1
            for _ in 0..<(try count(width: 1)) { elements.append(try value(byte())) }
        } else {
            while !stands("]") { elements.append(try value(byte())) }
            position += 1
        }
        return Self.flat(elements)
    }

    /// Numbers one by one are the same as a typed array of them.
    private static func flat(_ elements: [BoosterValue]) -> BoosterValue {
        var integers: [Int64] = []
        var floats: [Float] = []
        for element in elements {
            switch element {
            case .integer(let number):
                integers.append(number)
                floats.append(Float(number))
            case .float(let number): floats.append(number)
            default: return .list(elements)
            }
        }
        if elements.isEmpty { return .list([]) }
        return integers.count == elements.count ? .integers(integers) : .floats(floats)
    }
}
