/// The shortest decimal text that reads back as the same double, laid out as ECMAScript's `Number::toString` does
/// (ECMA-262, 6.1.6.1.20): plain digits for magnitudes from 1e-6 up to 1e21, otherwise an exponent without padding.
///
/// The digits are the standard library's, whose layout differs (`1e-07`, `1e+16`).
package enum ShortestDecimal {
    /// - Returns: `NaN`, `Infinity` and `-Infinity` for what is not finite; `0` for both zeros.
    package static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return "0" }

        // "-12.5", "1e-07", "5e+20": collect the digits and where the point stands.
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let written = value.magnitude.description.utf8
        var rest = written[...]
        while let character = rest.popFirst() {
            switch character {
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"):
                // Safe: a double's exponent has at most three digits.
                exponent = Int(String(decoding: rest, as: UTF8.self)) ?? 0
                rest = rest[rest.endIndex...]
            default: digits.append(character)
            }
        }
        var pointPosition = (point ?? digits.count) + exponent
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leadingZeros)
        pointPosition -= leadingZeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }

        let sign = value < 0 ? "-" : ""
        let text = String(decoding: digits, as: UTF8.self)
        switch pointPosition {
        case digits.count...21:
            return sign + text + String(repeating: "0", count: pointPosition - digits.count)
        case 1..<max(digits.count, 1):
            return sign + String(decoding: digits[..<pointPosition], as: UTF8.self) + "."
                + String(decoding: digits[pointPosition...], as: UTF8.self)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -pointPosition) + text
        default:
            let power = pointPosition - 1
            let mantissa = digits.count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
            return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(power.magnitude)
        }
    }
}
