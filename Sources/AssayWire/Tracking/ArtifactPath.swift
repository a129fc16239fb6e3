package import AssayTerms

/// Paths of artifacts as clients send them.
package enum ArtifactPath {
    private static let byteLimit = 4_096

    /// The path without a trailing slash, or `nil` for the root.
    ///
    /// - Throws: `invalidArgument` for what could mean another place or hides what it means: absolute paths, empty, `.` and
    ///   `..` segments, backslashes, `#`, percent-encoded text left over after decoding, control characters, more than
    ///   4,096 bytes.
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
        let isDrive = text.utf8.count >= 2 && text.utf8.dropFirst().first == UInt8(ascii: ":") && text.first?.isLetter == true
        guard isPlain, !isDrive, segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), !hidesSegments(text) else {
            throw AssayError(.invalidArgument, "Invalid path")
        }
        return Text(String(text))
    }

    /// Whether decoding once more would bring out a separator or a dot segment.
    private static func hidesSegments(_ text: Substring) -> Bool {
        let lower = text.lowercased()
        return lower.contains("%2e") || lower.contains("%2f") || lower.contains("%5c") || lower.contains("%00")
    }
}
