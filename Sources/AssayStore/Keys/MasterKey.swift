import AssayCanonical
import AssayTerms

/// The key that wraps data keys. It is in memory only while the data directory is open; where it stands otherwise is
/// ``MasterKeyCabinet``'s to know.
package struct MasterKey: Sendable {
    static let length = 32

    let secret: [UInt8]

    /// 256 random bits.
    package init(randomBytes: (Int) -> [UInt8]) { secret = randomBytes(Self.length) }

    /// - Returns: `nil` unless there are 32 bytes.
    init?(secret: [UInt8]) {
        guard secret.count == Self.length else { return nil }
        self.secret = secret
    }

    /// Tells this key from others and gives nothing of it away; stands beside the data keys that it wrapped.
    var check: [UInt8] { Array(HMACSHA256.code(for: Array("assay master key check 1".utf8), key: secret).bytes.prefix(16)) }

    func wrap(_ key: DataKey, domain: Text, nonce: [UInt8]) throws(AssayError) -> [UInt8] {
        try nonce + AES256GCM(key: secret).seal(key.secret, nonce: nonce, associatedData: key.id + Array(domain.utf8))
    }

    func unwrap(_ kept: WrappedKey) throws(AssayError) -> DataKey {
        guard kept.wrapped.count > 12,
            let plain = try? AES256GCM(key: secret).open(
                Array(kept.wrapped[12...]), nonce: Array(kept.wrapped[..<12]), associatedData: kept.id + Array(kept.domain.utf8))
        else {
            throw AssayError(.corrupt, "A data key in keys.db does not open with this master key. Is it the right one?")
        }
        return DataKey(id: kept.id, secret: plain)
    }
}
