/// Numbers as ECMAScript writes them (`Number::toString`, ECMA-262 §6.1.6.1.20), which RFC 8785 requires.
///
/// The digits are the fewest that read back to the same double and, of those, the nearest to it. Swift's own
/// `description` has the same digits in another layout (`1e-07`, `1e+16`), so only the layout is made here.
package enum ECMAScriptNumber {
    /// Appends `value`; both zeros are `0`, and what is not finite is `null`, as in JSON.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        if value == 0 {
            bytes.append(UInt8(ascii: "0"))
            return
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let (digits, pointPlace) = decimal(value.magnitude)
        appendLayout(digits: digits, pointPlace: pointPlace, to: &bytes)
    }

    package static func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The shortest digits `d₁d₂…` of a positive finite value and the place n of the decimal point:
    /// value = 0.d₁d₂… × 10ⁿ.
    private static func decimal(_ value: Double) -> (digits: [UInt8], pointPlace: Int) {
        var digits: [UInt8] = []
        digits.reserveCapacity(17)
        var pointPlace = 0
        var sawPoint = false
        var exponent = 0
        var exponentSign = 0
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): exponentSign = 1
            case UInt8(ascii: "-"): exponentSign = -1
            case UInt8(ascii: "+"): exponentSign = 1
            default:
                let digit = byte - UInt8(ascii: "0")
                if exponentSign != 0 {
                    exponent = exponent * 10 + Int(digit)
                } else {
                    // Zeros before the first other digit are no digits, but move the point when they follow it.
                    let isLeadingZero = digits.isEmpty && digit == 0
                    if !isLeadingZero { digits.append(byte) }
                    if !sawPoint, !isLeadingZero { pointPlace += 1 }
                    if sawPoint, isLeadingZero { pointPlace -= 1 }
                }
            }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, pointPlace + (exponentSign < 0 ? -exponent : exponent))
    }

    private static func appendLayout(digits: [UInt8], pointPlace n: Int, to bytes: inout [UInt8]) {
        let k = digits.count
        switch n {
        case k...21 where k <= 21:
            bytes.append(contentsOf: digits)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: n - k))
        case 1...21:
            bytes.append(contentsOf: digits[..<n])
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits[n...])
        case -5...0:
            bytes.append(contentsOf: "0.".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -n))
            bytes.append(contentsOf: digits)
        default:
            bytes.append(digits[0])
            if k > 1 {
                bytes.append(UInt8(ascii: "."))
                bytes.append(contentsOf: digits[1...])
            }
            bytes.append(contentsOf: n > 0 ? "e+".utf8 : "e-".utf8)
            bytes.append(contentsOf: String((n - 1).magnitude).utf8)
        }
    }
}
