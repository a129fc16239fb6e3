package import AssayTerms

/// Paths of artifacts as clients send them.
package enum ArtifactPath {
    private static let byteLimit = 4_096

    /// The path without a trailing slash, or `nil` for the root.
    ///
    /// - Throws: `invalidArgument` for what could mean another place or hides what it means: absolute paths, empty, `.` and
    ///   `..` segments, backslashes, `#`, separators and dots that decoding once more or oftener would bring out, control
    ///   characters, more than 4,096 bytes.
    package static func checked(_ path: Text) throws(AssayError) -> Text? {
        var text = Substring(path.string)
        if text.hasSuffix("/") { text.removeLast() }
        if text.isEmpty { return nil }
        guard text.utf8.count <= byteLimit else {
            throw AssayError(.invalidArgument, "Invalid path: it is longer than \(byteLimit) bytes.")
        }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" && $0 != "#"
        }
        guard isPlain, segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !isDrive($0) }), !hidesSegments(text) else {
            throw AssayError(.invalidArgument, "Invalid path")
        }
        return Text(String(text))
    }

    /// Whether Windows takes the rest of a path that comes to this segment to be on another drive.
    private static func isDrive(_ segment: Substring) -> Bool {
        segment.utf8.dropFirst().first == UInt8(ascii: ":") && segment.first?.isLetter == true
    }

    /// Whether decoding what looks percent-encoded, as often as that goes, would bring out a separator, a dot, a zero, a line's
    /// end or bytes that are no text.
    ///
    /// MLflow 2's client names images `loss%step%0%timestamp%1795631388028%…`, where decoding would bring out other control
    /// characters; here nothing decodes a path again.
    private static func hidesSegments(_ text: Substring) -> Bool {
        var bytes = Array(text.utf8)
        while true {
            var decoded: [UInt8] = []
            var rest = bytes[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%"), rest.count >= 2, let digits = String(validating: rest.prefix(2), as: UTF8.self),
                    digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else {
                    decoded.append(byte)
                    continue
                }
                if value < 0x10 || value == 0x7F || "./\\".utf8.contains(value) { return true }
                decoded.append(value)
                rest = rest.dropFirst(2)
            }
            if decoded.count == bytes.count { return false }
            guard Text(utf8: decoded) != nil else { return true }
            bytes = decoded
        }
    }
}
