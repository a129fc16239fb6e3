package import AssayCanonical
package import AssayTerms

/// The key that signs evidence and deployment statements: 64 hexadecimal digits in `<keysPath>/evidence`, mode 0600. An entry of
/// the log names the first one, and another each that took its place.
package enum EvidenceKey {
    private static let fileName = "evidence"
    private static let nextName = "evidence.next"
    private static let formerName = "evidence.former"

    package static func path(keysPath: String) -> String { keysPath + "/" + fileName }

    /// - Returns: `nil` if there is none. Whether one may be made then, the log knows.
    /// - Throws: `unavailable` where others may read it, or it is not what we wrote.
    package static func read(keysPath: String) throws(AssayError) -> Ed25519.SigningKey? { try read(path(keysPath: keysPath)) }

    /// Makes a directory's first key.
    package static func create(
        keysPath: String, randomBytes: (Int) -> [UInt8]
    ) throws(AssayError) -> Ed25519.SigningKey {
        try create(path(keysPath: keysPath), randomBytes)
    }

    /// The key that is to take the present one's place, kept aside until ``complete(keysPath:current:)``; the one that an
    /// interrupted rotation drew, if there is one.
    package static func prepareNext(
        keysPath: String, randomBytes: (Int) -> [UInt8]
    ) throws(AssayError) -> Ed25519.SigningKey {
        let path = keysPath + "/" + nextName
        if let drawn = try read(path) { return drawn }
        return try create(path, randomBytes)
    }

    /// Puts the next key in the present one's place. What the present one signed counts as before.
    package static func complete(keysPath: String, current: Ed25519.VerificationKey) throws(AssayError) {
        let former = try formerKeys(keysPath: keysPath)
        if former.last != current {
            let lines = (former + [current]).map { Hex.encode($0.rawBytes) + "\n" }
            try Disk.replace(keysPath + "/" + formerName, Array(lines.joined().utf8), mode: 0o600)
        }
        try Disk.move(keysPath + "/" + nextName, to: path(keysPath: keysPath))
    }

    /// The keys that the present one took the place of, oldest first.
    ///
    /// - Throws: `unavailable` when the file is not what we wrote.
    package static func formerKeys(keysPath: String) throws(AssayError) -> [Ed25519.VerificationKey] {
        let path = keysPath + "/" + formerName
        guard let bytes = try Disk.read(path, limit: 1 << 20) else { return [] }
        var keys: [Ed25519.VerificationKey] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let raw = Hex.decode(String(line)), let key = try? Ed25519.VerificationKey(rawBytes: raw) else {
                throw AssayError(.unavailable, "\(path) holds a line that is no public key of 64 hexadecimal digits.")
            }
            keys.append(key)
        }
        return keys
    }

    private static func create(_ path: String, _ randomBytes: (Int) -> [UInt8]) throws(AssayError) -> Ed25519.SigningKey {
        let secret = randomBytes(32)
        let key = try Ed25519.SigningKey(rawBytes: secret)
        try Disk.create(path, Array((Hex.encode(secret) + "\n").utf8), mode: 0o600)
        return key
    }

    private static func read(_ path: String) throws(AssayError) -> Ed25519.SigningKey? {
        guard let bytes = try SecretFile.read(path, limit: 256) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard text.utf8.count == 64, let secret = Hex.decode(text) else {
            throw AssayError(.unavailable, "\(path) is not an evidence key of 64 hexadecimal digits. Restore it from where it is kept.")
        }
        return try Ed25519.SigningKey(rawBytes: secret)
    }
}
