/// Base 64 with padding, strict: one text per value.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 4) {
            var bits = 0
            var padding = 0
            for letter in text[start..<(start + 4)] {
                if letter == UInt8(ascii: "=") {
                    padding += 1
                    bits <<= 6
                } else {
                    guard padding == 0, let value = alphabet.firstIndex(of: letter) else { return nil }
                    bits = bits << 6 | value
                }
            }
            bytes.append(UInt8(bits >> 16 & 255))
            if padding < 2 { bytes.append(UInt8(bits >> 8 & 255)) }
            if padding < 1 { bytes.append(UInt8(bits & 255)) }
        }
        // Padding inside, or bits that no byte holds, show in the text that would be written.
        return encode(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
