import AssayCanonical
import AssayTerms

/// Private keys in the form that openssl writes.
enum PrivateKeyText {
    /// RFC 8410: what stands before the 32 bytes of an Ed25519 key in a PKCS #8 structure.
    private static let ed25519Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// The key in a PEM text. Nothing of it is ever in a message.
    ///
    /// - Throws: `unreadable` for anything else.
    static func ed25519(_ text: String, named name: String) throws(AssayError) -> Ed25519.SigningKey {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace || $0 == " " } }
        let body = lines.filter { !$0.hasPrefix("-----") }.joined()
        guard lines.first == "-----BEGIN PRIVATE KEY-----", let bytes = Base64.decode(body),
            bytes.count == ed25519Prefix.count + 32, bytes.starts(with: ed25519Prefix)
        else {
            throw AssayError(
                .unreadable, "\(name) holds no private key of Ed25519 as PEM; make one with openssl genpkey -algorithm ed25519")
        }
        return try Ed25519.SigningKey(rawBytes: Array(bytes.dropFirst(ed25519Prefix.count)))
    }
}
