package import AssayJSON
package import AssayTerms

/// A signed payload as DSSE v1 has it (github.com/secure-systems-lab/dsse, protocol and envelope).
package struct DSSEEnvelope: Sendable, Equatable {
    package struct Signature: Sendable, Equatable {
        /// A hint at the key: here the hexadecimal SHA-256 of the raw public key.
        package var keyID: String
        package var bytes: [UInt8]

        package init(keyID: String, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// The payload type of an in-toto Statement.
    package static let inTotoPayloadType = "application/vnd.in-toto+json"

    package var payloadType: String
    package var payload: [UInt8]
    package var signatures: [Signature]

    package init(payloadType: String, payload: [UInt8], signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// Signs `payload` once.
    package init(
        signing payload: [UInt8], payloadType: String = inTotoPayloadType, with key: Ed25519.SigningKey
    ) throws(AssayError) {
        let message = Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        let signature = Signature(
            keyID: Self.keyID(of: key.verificationKey), bytes: try key.signature(for: message))
        self.init(payloadType: payloadType, payload: payload, signatures: [signature])
    }

    /// What is signed: `DSSEv1`, the type and the payload, each with its length in bytes.
    package static func preAuthenticationEncoding(payloadType: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }

    package static func keyID(of key: Ed25519.VerificationKey) -> String {
        SHA256Hasher.digest(of: key.rawBytes).hex
    }

    /// Whether one of the signatures was made by `key`. Key ids are hints and are not relied on.
    package func isSigned(by key: Ed25519.VerificationKey) -> Bool {
        let message = Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        return signatures.contains { key.isValid($0.bytes, for: message) }
    }

    package var json: JSONValue {
        [
            "payloadType": .string(payloadType),
            "payload": .string(Base64.encode(payload)),
            "signatures": .array(
                signatures.map { ["keyid": .string($0.keyID), "sig": .string(Base64.encode($0.bytes))] }),
        ]
    }

    /// Reads the JSON form; both alphabets of base 64 are accepted, as DSSE asks.
    ///
    /// - Throws: `unreadable` naming the member that is missing or of another kind.
    package init(json: JSONValue) throws(AssayError) {
        guard let payloadType = json["payloadType"]?.string else {
            throw AssayError(.unreadable, "a DSSE envelope needs a string 'payloadType'")
        }
        guard let payload = json["payload"]?.string.flatMap(Self.decode) else {
            throw AssayError(.unreadable, "a DSSE envelope needs 'payload' in base 64")
        }
        guard let list = json["signatures"]?.array, !list.isEmpty, list.count <= 64 else {
            throw AssayError(.unreadable, "a DSSE envelope needs 1 to 64 'signatures'")
        }
        var signatures: [Signature] = []
        for element in list {
            guard let bytes = element["sig"]?.string.flatMap(Self.decode) else {
                throw AssayError(.unreadable, "a DSSE signature needs 'sig' in base 64")
            }
            signatures.append(Signature(keyID: element["keyid"]?.string ?? "", bytes: bytes))
        }
        self.init(payloadType: payloadType, payload: payload, signatures: signatures)
    }

    private static func decode(_ text: String) -> [UInt8]? {
        if let bytes = Base64.decode(text) { return bytes }
        let unpadded = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
        return Base64.decode(String(decoding: Array(unpadded), as: UTF8.self), alphabet: .url)
    }
}
