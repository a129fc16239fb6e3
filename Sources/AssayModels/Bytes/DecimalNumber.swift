/// Numbers as texts of model files have them, in decimal digits.
///
/// Swift's own initializers also read hexadecimal numbers, which a format's library reads as something else or not at all, and words of their own.
enum DecimalNumber {
    /// `nil` for anything but digits with a sign, a point and an exponent; infinite beyond the range.
    static func double(_ text: some Collection<UInt8>) -> Double? { isDecimal(text) ? Double(String(decoding: text, as: UTF8.self)) : nil }

    static func float(_ text: some Collection<UInt8>) -> Float? { isDecimal(text) ? Float(String(decoding: text, as: UTF8.self)) : nil }

    /// The text without white space at its ends.
    static func trimmed(_ text: some StringProtocol) -> ArraySlice<UInt8> {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 }) else { return [] }
        return bytes[first...last]
    }

    private static func isDecimal(_ text: some Collection<UInt8>) -> Bool {
        text.count <= 400 && text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || $0 | 0x20 == UInt8(ascii: "e") }
    }
}
