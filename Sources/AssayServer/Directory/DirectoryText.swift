import AssayTerms

/// Names from outside inside of filters and of entries' names: each byte that could mean something there is written as its
/// number, which both grammars allow for any byte.
enum DirectoryText {
    /// `\2a` for a star: RFC 4515, section 3, for filters; RFC 4514, section 2.4, for names.
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "@"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "\\" + Hex.encode([byte])
            }
        }
        return result
    }
}
