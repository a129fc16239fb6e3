import Crypto

/// A log's public key as a "vkey" text: `<name>+<8 hexadecimal digits>+<base64(0x01 ‖ 32 bytes)>`.
package struct LogVerifyingKey: Sendable {
    let name: String
    let keyID: [UInt8]
    /// As it was given.
    let text: String
    private let key: Curve25519.Signing.PublicKey

    /// `nil` unless all three parts agree and somebody can hold the key's secret.
    package init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let bytes = Base64Text.decode(parts[2].utf8), bytes.count == 33,
            bytes[0] == 1, let key = SignerKey.read(bytes[1...])
        else { return nil }
        name = String(parts[0])
        keyID = Self.keyID(name: name, publicKey: Array(bytes[1...]))
        self.text = text
        self.key = key
        guard parts[1].utf8.elementsEqual(Self.hexadecimal(keyID).utf8) else { return nil }
    }

    func isValid(_ signature: [UInt8], over text: [UInt8]) -> Bool { key.isValidSignature(signature, for: text) }

    /// SHA-256 of the raw public key, as entries name it.
    var digest: Hash { Array(SHA256.hash(data: key.rawRepresentation)) }

    /// What every signature line of this key begins with: the dash, the name, a space.
    var signatureLineStart: [UInt8] { Array("\u{2014} \(name) ".utf8) }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func keyID(name: String, publicKey: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(name.utf8) + [0x0A, 0x01] + publicKey).prefix(4))
    }
}
