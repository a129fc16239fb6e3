extension JSONReader {
    /// Reads a number at `position`, whose first byte is `-` or a digit.
    mutating func readNumber() throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }

        // The digits as a number while they fit; `fits` tells whether they all did.
        var digits: UInt64 = 0
        var fits = true
        let whole = try readDigits(into: &digits, fits: &fits)
        if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
            throw JSONError(.invalidNumber, "a number has a leading zero", offset: start)
        }

        var isInteger = true
        var exponent = 0
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            exponent = -(try readDigits(into: &digits, fits: &fits))
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            exponent += try readExponent()
        }
        guard position - start <= limits.numberLength else {
            throw JSONError(
                .limitExceeded, "a number is longer than the \(limits.numberLength) bytes allowed", offset: start)
        }

        if isInteger, fits {
            if !isNegative, let value = Int64(exactly: digits) { return .integer(value) }
            // Int64.min has no positive counterpart, so the sign is applied in wrapping arithmetic.
            if isNegative, digits <= Int64.min.magnitude {
                return .integer(Int64(truncatingIfNeeded: 0 &- digits))
            }
        }
        if fits, let value = Self.exactDouble(digits: digits, exponent: exponent) {
            return .number(isNegative ? -value : value)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(.numberOutOfRange, "a number is beyond the range of a double", offset: start)
        }
        return .number(value)
    }

    /// Reads one or more digits and answers how many.
    private mutating func readDigits(into digits: inout UInt64, fits: inout Bool) throws(JSONError) -> Int {
        let first = position
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (tens, high) = digits.multipliedReportingOverflow(by: 10)
            let (sum, low) = tens.addingReportingOverflow(UInt64(digit))
            if high || low { fits = false } else { digits = sum }
            position += 1
        }
        guard position > first else {
            if position == bytes.count { throw endOfText() }
            throw JSONError(.invalidNumber, "expected a digit", offset: position)
        }
        return position - first
    }

    private mutating func readExponent() throws(JSONError) -> Int {
        var isNegative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            isNegative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        var magnitude: UInt64 = 0
        var fits = true
        _ = try readDigits(into: &magnitude, fits: &fits)
        // Only exponents near zero take the exact path; a large one just has to stay large.
        let bounded = fits ? Int(min(magnitude, 1_000_000)) : 1_000_000
        return isNegative ? -bounded : bounded
    }

    /// `digits × 10^exponent` where one correctly rounded operation gives it (Clinger 1990, fast path):
    /// both factors are exact doubles, that is `digits` ≤ 2^53 and |`exponent`| ≤ 22.
    private static func exactDouble(digits: UInt64, exponent: Int) -> Double? {
        guard digits <= 9_007_199_254_740_992, (-22...22).contains(exponent) else { return nil }
        let value = Double(digits)
        return exponent < 0 ? value / powersOfTen[-exponent] : value * powersOfTen[exponent]
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
