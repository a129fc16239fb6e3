import AssayCanonical
package import AssayTerms

/// The key of one caller of a gateway, `assay_caller_<id>_<256 random bits>`: shown once, kept as a digest.
package enum CallerKey {
    private static let idBytes = 8
    private static let secretBytes = 32

    /// - Parameter random: as many bytes as it is asked for.
    package static func make(random: (Int) -> [UInt8]) -> (text: String, digest: SHA256Digest) {
        let text = "assay_caller_\(Hex.encode(random(idBytes)))_\(Hex.encode(random(secretBytes)))"
        return (text, digest(of: text))
    }

    package static func digest(of text: String) -> SHA256Digest { SHA256Hasher.digest(of: text.utf8) }

    /// The key in `Authorization: Bearer KEY`; `nil` for anything else.
    package static func text(inAuthorization value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
