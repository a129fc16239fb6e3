import AssayCanonical
import AssayTerms

/// Public keys in the forms people have them in.
enum PublicKeyFile {
    /// RFC 8410: what stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo.
    private static let ed25519Prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    /// The 32 bytes of an Ed25519 key in a file: PEM, or 64 hexadecimal digits.
    ///
    /// - Throws: `unreadable` for anything else; a private key is refused by name.
    static func ed25519(_ path: String) throws(AssayError) -> [UInt8] {
        let text = String(decoding: try SmallFile.bytes(of: path, limit: 64 << 10), as: UTF8.self)
        if text.contains("PRIVATE KEY") {
            throw AssayError(.unreadable, "\(path) holds a private key; name the file of the public one")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }
        if lines.count == 1, let key = Hex.decode(String(lines[0])), key.count == 32 { return key }
        let body = lines.filter { !$0.hasPrefix("-----") }.joined()
        guard lines.first == "-----BEGIN PUBLIC KEY-----", let bytes = Base64.decode(body),
            bytes.count == ed25519Prefix.count + 32, bytes.starts(with: ed25519Prefix)
        else {
            throw AssayError(.unreadable, "\(path) is no public key of Ed25519, neither as PEM nor as 64 hexadecimal digits")
        }
        return Array(bytes.dropFirst(ed25519Prefix.count))
    }
}
