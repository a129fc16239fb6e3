import AssayColumns
import AssayTerms

/// Whether text has a time format of Python's `strptime`, for the directives that read digits and English names.
///
/// Source: CPython 3.14, `_strptime`: fields take as many digits as they may, white space matches any white space, names are
/// read without case; day and month must exist in the year.
struct TimeFormat {
    private enum Part {
        case literal(UInt8)
        case space
        case field(UInt8)
    }

    private let parts: [Part]

    /// - Throws: `unsupported` for directives that depend on a locale or are not read here.
    init(_ format: Text) throws(AssayError) {
        var parts: [Part] = []
        var bytes = Array(format.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let directive = bytes.popFirst(), "YmdHMSyjfbBaAIpz%".utf8.contains(directive) else {
                    throw AssayError(
                        .invalidArgument,
                        "the time format '\(format)' has a directive that is not read here; there are %Y %m %d %H %M %S %y %j %f %b %B %a %A %I %p %z %%")
                }
                parts.append(directive == UInt8(ascii: "%") ? .literal(directive) : .field(directive))
            } else if Self.isSpace(byte) {
                parts.append(.space)
            } else {
                parts.append(.literal(byte))
            }
        }
        self.parts = parts
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    func matches(_ text: Text) -> Bool {
        var rest = Array(text.utf8)[...]
        var year = 1900
        var month = 1
        var day = 1
        for part in parts {
            switch part {
            case .literal(let byte):
                guard rest.popFirst() == byte else { return false }
            case .space:
                guard let first = rest.first, Self.isSpace(first) else { return false }
                rest = rest.drop(while: Self.isSpace)
            case .field(let field):
                switch field {
                case UInt8(ascii: "Y"):
                    guard let number = Self.number(&rest, digits: 4, exactly: true, 1...9999) else { return false }
                    year = number
                case UInt8(ascii: "y"):
                    guard let number = Self.number(&rest, digits: 2, exactly: true, 0...99) else { return false }
                    year = number < 69 ? 2000 + number : 1900 + number
                case UInt8(ascii: "m"):
                    guard let number = Self.number(&rest, digits: 2, 1...12) else { return false }
                    month = number
                case UInt8(ascii: "d"):
                    guard let number = Self.number(&rest, digits: 2, 1...31) else { return false }
                    day = number
                case UInt8(ascii: "H"): guard Self.number(&rest, digits: 2, 0...23) != nil else { return false }
                case UInt8(ascii: "I"): guard Self.number(&rest, digits: 2, 1...12) != nil else { return false }
                case UInt8(ascii: "M"): guard Self.number(&rest, digits: 2, 0...59) != nil else { return false }
                case UInt8(ascii: "S"): guard Self.number(&rest, digits: 2, 0...61) != nil else { return false }
                case UInt8(ascii: "j"): guard Self.number(&rest, digits: 3, 1...366) != nil else { return false }
                case UInt8(ascii: "f"): guard Self.number(&rest, digits: 6, 0...999_999) != nil else { return false }
                case UInt8(ascii: "B"), UInt8(ascii: "b"):
                    guard let index = Self.name(&rest, Self.months, isShort: field == UInt8(ascii: "b")) else { return false }
                    month = index + 1
                case UInt8(ascii: "A"), UInt8(ascii: "a"):
                    guard Self.name(&rest, Self.days, isShort: field == UInt8(ascii: "a")) != nil else { return false }
                case UInt8(ascii: "p"):
                    guard Self.name(&rest, ["am", "pm"], isShort: false) != nil else { return false }
                default:
                    guard Self.offset(&rest) else { return false }
                }
            }
        }
        guard rest.isEmpty else { return false }
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return Timestamp.microseconds(from: Text("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))")) != nil
    }

    /// As many digits as may be and give a number in the range; Python's alternatives prefer the longer.
    private static func number(
        _ rest: inout ArraySlice<UInt8>, digits: Int, exactly: Bool = false, _ range: ClosedRange<Int>
    ) -> Int? {
        let available = rest.prefix(digits).prefix { (0x30...0x39).contains($0) }.count
        for count in stride(from: available, through: exactly ? digits : 1, by: -1) {
            let number = rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
            if range.contains(number) {
                rest = rest.dropFirst(count)
                return number
            }
        }
        return nil
    }

    private static func name(_ rest: inout ArraySlice<UInt8>, _ names: [String], isShort: Bool) -> Int? {
        for (index, name) in names.enumerated() {
            let wanted = isShort ? Array(name.utf8.prefix(3)) : Array(name.utf8)
            let given = rest.prefix(wanted.count).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
            if given == wanted {
                rest = rest.dropFirst(wanted.count)
                return index
            }
        }
        return nil
    }

    /// `Z`, `+HHMM` or `+HH:MM`.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
            return true
        }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            number(&rest, digits: 2, exactly: true, 0...99) != nil
        else { return false }
        if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
        return number(&rest, digits: 2, exactly: true, 0...59) != nil
    }
}
