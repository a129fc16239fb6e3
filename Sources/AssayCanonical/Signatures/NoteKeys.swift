package import AssayTerms

/// Who verifies a signed note: a name and an Ed25519 key, written as one "vkey" text.
package struct NoteVerificationKey: Sendable, Equatable {
    private static let ed25519Type: UInt8 = 0x01

    package let name: String
    package let key: Ed25519.VerificationKey
    /// The first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key).
    package let keyID: UInt32

    /// - Throws: `invalidArgument` for a name that is empty or holds a space or `+`.
    package init(name: String, key: Ed25519.VerificationKey) throws(AssayError) {
        guard Self.isName(name) else {
            throw AssayError(.invalidArgument, "a note key's name is not empty and holds no space, control or '+'")
        }
        self.name = name
        self.key = key
        let digest = SHA256Hasher.digest(of: Array(name.utf8) + [0x0A, Self.ed25519Type] + key.rawBytes)
        keyID = digest.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Reads `<name>+<8 hexadecimal digits>+<base64(0x01 ‖ public key)>`.
    ///
    /// - Throws: `invalidArgument` saying which of the three parts is wrong.
    package init(vkey: String) throws(AssayError) {
        // Base 64 may hold '+', a name may not: the first two part the fields.
        let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw AssayError(.invalidArgument, "a verification key reads NAME+ID+KEY")
        }
        guard let bytes = Base64.decode(parts[2]), bytes.count == 33, bytes[0] == Self.ed25519Type else {
            throw AssayError(.invalidArgument, "the last part of a verification key is no Ed25519 key in base 64")
        }
        try self.init(name: String(parts[0]), key: Ed25519.VerificationKey(rawBytes: Array(bytes.dropFirst())))
        guard parts[1] == keyIDText else {
            throw AssayError(.invalidArgument, "the id in a verification key is not that of its name and key")
        }
    }

    package var vkey: String { "\(name)+\(keyIDText)+\(Base64.encode([Self.ed25519Type] + key.rawBytes))" }

    private var keyIDText: String {
        Hex.encode((0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) })
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }
}

/// Who signs notes.
package struct NoteSigningKey: Sendable {
    package let key: Ed25519.SigningKey
    package let verificationKey: NoteVerificationKey

    /// - Throws: `invalidArgument` for a name no key can have.
    package init(name: String, key: Ed25519.SigningKey) throws(AssayError) {
        self.key = key
        verificationKey = try NoteVerificationKey(name: name, key: key.verificationKey)
    }
}
