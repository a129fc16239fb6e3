import Crypto

/// A DSSE envelope (github.com/secure-systems-lab/dsse), read with nothing of ours.
struct SignedStatement {
    private static let inTotoPayload = "application/vnd.in-toto+json"

    let statement: JSONText
    private let message: [UInt8]
    private let signatures: [[UInt8]]

    /// `nil` for bytes that are no envelope of an in-toto statement, or one with more than 64 signatures.
    init?(_ bytes: [UInt8]) {
        guard let envelope = JSONText(bytes), envelope["payloadType"]?.string == Self.inTotoPayload,
            let payload = envelope["payload"]?.string.flatMap({ Base64Text.decode($0.utf8) }), let statement = JSONText(payload),
            let signatures = envelope["signatures"]?.array, signatures.count <= 64
        else { return nil }
        self.statement = statement
        message = Array("DSSEv1 \(Self.inTotoPayload.utf8.count) \(Self.inTotoPayload) \(payload.count) ".utf8) + payload
        self.signatures = signatures.compactMap { ($0["sig"]?.string).flatMap { Base64Text.decode($0.utf8) } }
    }

    func isSigned(by keys: [Curve25519.Signing.PublicKey]) -> Bool {
        signatures.contains { signature in keys.contains { $0.isValidSignature(signature, for: message) } }
    }

    /// An evaluator outside of the server vouches for what it says itself, and for nothing that the server would have computed.
    var isAttested: Bool { statement["predicate"]?["provenance"]?.string == "attested" }
}
