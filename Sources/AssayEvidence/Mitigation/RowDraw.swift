import AssayCanonical
package import AssayTerms

/// A number in 0..<1 for a row that depends on nothing but a seed and the row's key: whoever asks again gets the same.
///
/// Definition: the upper 53 bits of the first eight bytes, most significant first, of
/// `SHA-256(domain ‖ 0 ‖ seed in decimal ‖ 0 ‖ key)`, times 2⁻⁵³; the domain is the version of the document that is applied,
/// `thresholds/v1` or `reduction/v1`. Who does not know the seed cannot tell a key's
/// number beforehand.
package struct RowDraw: Sendable {
    private let prefix: SHA256Hasher

    package init(seed: UInt64, domain: String = ThresholdDocument.version) {
        var hasher = SHA256Hasher()
        hasher.update(Array("\(domain)\0\(seed)\0".utf8))
        prefix = hasher
    }

    package func unit(_ key: Text) -> Double {
        var hasher = prefix
        hasher.update(Array(key.utf8))
        let bits = hasher.finish().bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) * 0x1p-53
    }
}
