import AssayCanonical
import AssayTerms

/// What a message carries beside its body, so that its receiver can tell who sent it and whether it is a repeat.
package enum WebhookSignature {
    package static let deliveryHeader = "X-MLflow-Delivery-Id"
    package static let timestampHeader = "X-MLflow-Timestamp"
    package static let signatureHeader = "X-MLflow-Signature"

    /// - Parameters:
    ///   - seconds: when this attempt is made, since 1970.
    ///   - secret: unsigned without one.
    package static func headers(
        deliveryID: String, seconds: Int64, body: [UInt8], secret: [UInt8]?
    ) -> [(name: String, value: String)] {
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: deliveryHeader, value: deliveryID),
            (name: timestampHeader, value: String(seconds)),
        ]
        if let secret {
            headers.append((signatureHeader, signature(deliveryID: deliveryID, seconds: seconds, body: body, secret: secret)))
        }
        return headers
    }

    /// `v1,` and the base 64 of HMAC-SHA256 over `<delivery id>.<seconds>.<body>`.
    package static func signature(deliveryID: String, seconds: Int64, body: [UInt8], secret: [UInt8]) -> String {
        let signed = Array("\(deliveryID).\(seconds).".utf8) + body
        return "v1," + Base64.encode(HMACSHA256.code(for: signed, key: secret).bytes)
    }
}
