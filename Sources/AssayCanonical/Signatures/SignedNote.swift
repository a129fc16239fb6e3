package import AssayTerms

/// Text signed by one or more keys: C2SP signed-note v1 (c2sp.org/signed-note).
///
/// A note is its text, an empty line, and one line `— <key name> <base64(key id ‖ signature)>` per signature.
package struct SignedNote: Sendable, Equatable {
    package struct Signature: Sendable, Equatable {
        package var name: String
        package var keyID: UInt32
        package var bytes: [UInt8]

        package init(name: String, keyID: UInt32, bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }

        var line: String {
            let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
            return "\u{2014} \(name) \(Base64.encode(id + bytes))\n"
        }
    }

    /// Enough for many witnesses, and a bound on work for bytes from outside.
    package static let maximumSignatures = 32

    /// Ends with a newline; the signatures cover its bytes.
    package let text: String
    package let signatures: [Signature]

    package init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Signs `text`, which ends with a newline and holds no other control character.
    ///
    /// - Throws: `invalidArgument` for a text no note can hold.
    package init(signing text: String, with key: NoteSigningKey) throws(AssayError) {
        guard text.utf8.last == 0x0A, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw AssayError(.invalidArgument, "a note's text ends with a newline and has no other control character")
        }
        self.init(text: text, signatures: [try Self.signature(of: text, by: key)])
    }

    /// The note with a further signature below the others; unchanged if `key` signed it already.
    ///
    /// - Throws: `limitExceeded` beyond 32 signatures.
    package func adding(signatureBy key: NoteSigningKey) throws(AssayError) -> SignedNote {
        if isSigned(by: key.verificationKey) { return self }
        guard signatures.count < Self.maximumSignatures else {
            throw AssayError(.limitExceeded, "a signed note has at most \(Self.maximumSignatures) signatures")
        }
        return SignedNote(text: text, signatures: signatures + [try Self.signature(of: text, by: key)])
    }

    private static func signature(of text: String, by key: NoteSigningKey) throws(AssayError) -> Signature {
        Signature(
            name: key.verificationKey.name, keyID: key.verificationKey.keyID,
            bytes: try key.key.signature(for: Array(text.utf8)))
    }

    package var bytes: [UInt8] {
        Array((text + "\n" + signatures.map(\.line).joined()).utf8)
    }

    /// Reads a note. What it says must not be trusted before ``isSigned(by:)``.
    ///
    /// - Throws: `unreadable` saying which line is not as it should be.
    package init(parsing bytes: [UInt8]) throws(AssayError) {
        guard let whole = String(validating: bytes, as: UTF8.self) else {
            throw AssayError(.unreadable, "a signed note is not valid UTF-8")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw AssayError(.unreadable, "a signed note holds a control character")
        }
        guard bytes.last == 0x0A else {
            throw AssayError(.unreadable, "a signed note ends without a newline")
        }
        // The last empty line parts text and signatures; lines are found in bytes, not in characters.
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        guard let parting = lines.lastIndex(where: \.isEmpty), parting > 0, parting + 1 < lines.count else {
            throw AssayError(.unreadable, "a signed note needs text, an empty line and a signature")
        }
        let signatureLines = lines[(parting + 1)...]
        guard signatureLines.count <= Self.maximumSignatures else {
            throw AssayError(.limitExceeded, "a signed note has more than \(Self.maximumSignatures) signatures")
        }
        var signatures: [Signature] = []
        for (index, line) in signatureLines.enumerated() {
            guard let signature = Self.signature(fromLine: line) else {
                throw AssayError(.unreadable, "line \(parting + 2 + index) of a signed note is no signature")
            }
            signatures.append(signature)
        }
        let textLength = lines[..<parting].reduce(0) { $0 + $1.count + 1 }
        self.init(text: String(decoding: whole.utf8.prefix(textLength), as: UTF8.self), signatures: signatures)
    }

    /// Whether `key` signed the text: one signature carries its name and id, and every such one is valid.
    package func isSigned(by key: NoteVerificationKey) -> Bool {
        let own = signatures.filter { $0.keyID == key.keyID && $0.name.utf8.elementsEqual(key.name.utf8) }
        let message = Array(text.utf8)
        return !own.isEmpty && own.allSatisfy { key.key.isValid($0.bytes, for: message) }
    }

    private static func signature(fromLine line: ArraySlice<UInt8>) -> Signature? {
        let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard fields.count == 3, Array(fields[0]) == Array("\u{2014}".utf8) else { return nil }
        let name = String(decoding: fields[1], as: UTF8.self)
        guard NoteVerificationKey.isName(name) else { return nil }
        guard let bytes = Base64.decode(String(decoding: fields[2], as: UTF8.self)), bytes.count > 4 else { return nil }
        let keyID = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(name: name, keyID: keyID, bytes: Array(bytes.dropFirst(4)))
    }
}
