import AssayJSON
import AssayTerms

/// Reads a model file in JSON, numbers with a fraction or exponent straight into 32 bits.
///
/// As strict as `JSONValue`, but that `NaN` and `Infinity` are numbers here as XGBoost writes them, and that a name that stands twice in an object is
/// refused: which of the two counts differs between readers.
struct BoosterJSON {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private var depth = 0

    private static let depthLimit = 64

    static func read(_ bytes: [UInt8], name: String) throws(AssayError) -> BoosterValue {
        var reader = BoosterJSON(bytes: bytes, name: name)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.damaged("has bytes after its end") }
        return value
    }

    private init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    private func damaged(_ why: String) -> AssayError {
        AssayError(.unreadable, position < bytes.count ? "\(name) \(why) (byte \(position))" : "\(name) is truncated: it ends within a value")
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x0D || bytes[position] == 0x09 {
            position += 1
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard let next, next == byte.asciiValue else { return false }
        position += 1
        skipSpace()
        return true
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count, (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] }) else { return false }
        position += count
        skipSpace()
        return true
    }

    private mutating func value() throws(AssayError) -> BoosterValue {
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t") where word("true"): return .boolean(true)
        case UInt8(ascii: "f") where word("false"): return .boolean(false)
        case UInt8(ascii: "n") where word("null"): return .null
        default:
            switch try number() {
            case .integer(let number): return .integer(number)
            case .float(let number): return .float(number)
            case nil: throw damaged("has no value where one is expected")
            }
        }
    }

    private mutating func enter() throws(AssayError) {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw AssayError(.limitExceeded, "\(name) nests values deeper than \(Self.depthLimit) levels")
        }
    }

    private mutating func object() throws(AssayError) -> BoosterValue {
        try enter()
        defer { depth -= 1 }
        _ = take("{")
        var members: [Text: BoosterValue] = [:]
        if take("}") { return .object(members) }
        repeat {
            guard next == UInt8(ascii: "\"") else { throw damaged("has no name where a member's is expected") }
            let key = Text(try string())
            guard take(":") else { throw damaged("has no ':' after a member's name") }
            guard members.updateValue(try value(), forKey: key) == nil else { throw damaged("names a member of one object twice") }
        } while take(",")
        guard take("}") else { throw damaged("has an object that does not end") }
        return .object(members)
    }

    private mutating func array() throws(AssayError) -> BoosterValue {
        try enter()
        defer { depth -= 1 }
        _ = take("[")
        if take("]") { return .list([]) }
        guard let first = try number() else {
            var elements: [BoosterValue] = []
            repeat { elements.append(try value()) } while take(",")
            guard take("]") else { throw damaged("has an array that does not end") }
            return .list(elements)
        }
        var integers: [Int64] = []
        var floats: [Float] = []
        var element: Number? = first
        while true {
            switch element {
            case .integer(let number) where floats.isEmpty: integers.append(number)
            case .integer(let number): floats.append(Float(number))
            case .float(let number):
                if floats.isEmpty {
                    floats = integers.map { Float($0) }
                    integers = []
                }
                floats.append(number)
            case nil: throw damaged("has something else in an array of numbers")
            }
            guard take(",") else { break }
            element = try number()
        }
        guard take("]") else { throw damaged("has an array that does not end") }
        return floats.isEmpty ? .integers(integers) : .floats(floats)
    }

    private mutating func string() throws(AssayError) -> String {
        let start = position
        position += 1
        var isPlain = true
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw damaged("has a control character in a text") }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                position += 1
            }
            position += 1
        }
        guard position < bytes.count else { throw damaged("") }
        position += 1
        defer { skipSpace() }
        if isPlain {
            guard let text = String(validating: bytes[(start + 1)..<(position - 1)], as: UTF8.self) else { throw damaged("has a text that is not UTF-8") }
            return text
        }
        guard let text = (try? JSONValue(parsing: Array(bytes[start..<position])))?.string else { throw damaged("has a text that is not JSON's") }
        return text
    }

    private enum Number {
        case integer(Int64)
        case float(Float)
    }

    /// `nil` where no number stands.
    private mutating func number() throws(AssayError) -> Number? {
        let start = position
        if word("NaN") { return .float(.nan) }
        if word("Infinity") { return .float(.infinity) }
        if word("-Infinity") { return .float(-.infinity) }
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var digits: UInt64 = 0
        var fits = true
        let whole = digitRun(&digits, &fits)
        guard whole > 0 else {
            position = start
            return nil
        }
        guard whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else { throw damaged("has a number with a leading zero") }
        var exponent = 0
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            let fraction = digitRun(&digits, &fits)
            guard fraction > 0 else { throw damaged("has a number without digits after its point") }
            exponent = -fraction
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            let isSmall = next == UInt8(ascii: "-")
            if isSmall || next == UInt8(ascii: "+") { position += 1 }
            var size: UInt64 = 0
            var sizeFits = true
            guard digitRun(&size, &sizeFits) > 0 else { throw damaged("has a number without digits in its exponent") }
            let bounded = sizeFits ? Int(min(size, 1_000_000)) : 1_000_000
            exponent += isSmall ? -bounded : bounded
        }
        let end = position
        skipSpace()
        if isInteger, fits, let number = Int64(exactly: digits) { return .integer(isNegative ? -number : number) }
        if fits, let number = Self.float(digits, exponent) { return .float(isNegative ? -number : number) }
        guard end - start <= 4096, let number = Float(String(decoding: bytes[start..<end], as: UTF8.self)) else {
            throw damaged("has a number that cannot be read")
        }
        return .float(number)
    }

    private mutating func digitRun(_ digits: inout UInt64, _ fits: inout Bool) -> Int {
        let first = position
        while let byte = next, byte &- UInt8(ascii: "0") <= 9 {
            let (tens, high) = digits.multipliedReportingOverflow(by: 10)
            let (sum, low) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if high || low { fits = false } else { digits = sum }
            position += 1
        }
        return position - first
    }

    private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { product, _ in product * 10 } }

    /// The nearest 32-bit number, where one operation in 64 bits tells it: the product is exact to half a unit of 64 bits, and, unless it lies just
    /// between two 32-bit numbers, rounds as the decimal number does.
    private static func float(_ digits: UInt64, _ exponent: Int) -> Float? {
        guard digits <= 1 << 53, (-22...22).contains(exponent) else { return nil }
        let value = exponent < 0 ? Double(digits) / powers[-exponent] : Double(digits) * powers[exponent]
        guard value == 0 || (value >= 0x1p-125 && value <= 0x1p127) else { return nil }
        let rest = value.bitPattern & 0x1FFF_FFFF
        return rest == 0x1000_0000 ? nil : Float(value)
    }
}
