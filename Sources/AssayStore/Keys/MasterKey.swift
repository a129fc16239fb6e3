import AssayCanonical
package import AssayTerms

/// The key that wraps data keys: a file of 64 hexadecimal digits now; other providers come behind the same two calls.
package struct MasterKey: Sendable {
    private let secret: [UInt8]

    /// Reads `<keysPath>/master`, making it (mode 0600) when the directory is new.
    ///
    /// - Throws: `unavailable` when it is missing while keys exist that it wrapped, or is not what we wrote.
    package init(keysPath: String, mayCreate: Bool, randomBytes: (Int) -> [UInt8]) throws(AssayError) {
        let path = keysPath + "/master"
        if let bytes = try Disk.read(path, limit: 256) {
            let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
            guard text.utf8.count == 64, let secret = Hex.decode(text) else {
                throw AssayError(.unavailable, "\(path) is not a master key of 64 hexadecimal digits. Restore it from where it is kept.")
            }
            self.secret = secret
            return
        }
        guard mayCreate else {
            throw AssayError(
                .unavailable, "\(path) is missing, and this data directory was encrypted with it. Restore it, or name its folder with --keys-dir.")
        }
        let secret = randomBytes(32)
        try Disk.create(path, Array((Hex.encode(secret) + "\n").utf8), mode: 0o600)
        self.secret = secret
    }

    func wrap(_ key: DataKey, domain: Text, nonce: [UInt8]) throws -> [UInt8] {
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
