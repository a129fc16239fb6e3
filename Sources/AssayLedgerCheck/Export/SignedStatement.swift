import Crypto
import Foundation

/// A DSSE envelope (github.com/secure-systems-lab/dsse), read with nothing of ours.
enum SignedStatement {
    static func isSigned(_ bytes: [UInt8], by keys: [Curve25519.Signing.PublicKey]) -> Bool {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let type = object["payloadType"] as? String,
            let payload = (object["payload"] as? String).flatMap({ Base64Text.decode($0.utf8) }),
            let signatures = object["signatures"] as? [[String: Any]], signatures.count <= 64
        else { return false }
        let message = Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
        return signatures.contains { signature in
            guard let bytes = (signature["sig"] as? String).flatMap({ Base64Text.decode($0.utf8) }) else { return false }
            return keys.contains { $0.isValidSignature(bytes, for: message) }
        }
    }
}
