package import AssayCanonical
package import AssayTerms

/// The key that signs evidence and deployment statements: 64 hexadecimal digits in `<keysPath>/evidence`, mode 0600.
package enum EvidenceKey {
    /// Reads the key, or makes one where there is none. What a lost key signed no longer counts and is computed again.
    ///
    /// - Throws: `unavailable` when the file is not what we wrote, or cannot be read or written.
    package static func openOrCreate(
        keysPath: String, randomBytes: (Int) -> [UInt8]
    ) throws(AssayError) -> Ed25519.SigningKey {
        let path = keysPath + "/evidence"
        guard let bytes = try Disk.read(path, limit: 256) else {
            let secret = randomBytes(32)
            let key = try Ed25519.SigningKey(rawBytes: secret)
            try Disk.create(path, Array((Hex.encode(secret) + "\n").utf8), mode: 0o600)
            return key
        }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard text.utf8.count == 64, let secret = Hex.decode(text) else {
            throw AssayError(
                .unavailable, "\(path) is not an evidence key of 64 hexadecimal digits. Restore it, or remove it to have a new one made.")
        }
        return try Ed25519.SigningKey(rawBytes: secret)
    }
}
