import AssayTerms

/// A URI cut at its first colons and slashes, as Python's `urlparse` does; nothing is decoded.
struct URIParts {
    /// In lower case; `nil` without one.
    let scheme: String?
    let authority: String
    /// Without query and fragment.
    let path: String

    init(_ text: String) {
        var rest = Substring(text)
        var scheme: String?
        if let colon = rest.firstIndex(of: ":") {
            let head = rest[..<colon]
            let isScheme = !head.isEmpty && head.utf8.enumerated().allSatisfy { place, byte in
                let lower = byte | 0x20
                return (97...122).contains(lower)
                    || place > 0 && ((48...57).contains(byte) || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte))
            }
            if isScheme {
                scheme = head.lowercased()
                rest = rest[rest.index(after: colon)...]
            }
        }
        var authority = ""
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            authority = rest[..<end].lowercased()
            rest = rest[end...]
        }
        self.scheme = scheme
        self.authority = authority
        path = String(rest[..<(rest.firstIndex { "?#".contains($0) } ?? rest.endIndex)])
    }

    /// The parts of the path, each decoded until nothing changes; what cannot be decoded stays as it is.
    var segments: [String] {
        path.split(separator: "/", omittingEmptySubsequences: true).map { Self.decodedFully(String($0)) ?? String($0) }
    }

    /// Percent-decoded until nothing changes any more; `nil` for bytes that are no UTF-8.
    static func decodedFully(_ text: String) -> String? {
        var text = text
        while text.utf8.contains(UInt8(ascii: "%")) {
            guard let next = PercentEncoding.decode(text) else { return nil }
            if next.utf8.elementsEqual(text.utf8) { break }
            text = next
        }
        return text
    }
}
