package import AssayJSON
import Crypto
import CryptoExtras
import Foundation

/// A public key of an identity provider (RFC 7517) that this program verifies with: RSA from 2048 bits, P-256, Ed25519.
///
/// A key is of one kind and verifies by that kind's algorithms only; what a token says of its algorithm chooses among these and
/// can never make one kind's bytes another kind's secret.
package struct JSONWebKey: Sendable {
    /// The algorithms that are accepted (RFC 7518, RFC 8037). There is no `none`, and none with a shared secret.
    package enum Algorithm: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case ps256 = "PS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private static let smallestModulusBytes = 256
    private static let largestModulusBytes = 1_024

    /// `nil` where the provider gave none.
    package let id: String?
    /// What the provider restricts the key to, if it does.
    private let algorithm: Algorithm?
    private let material: Material

    /// `nil` for what is no key to verify with: another kind, curve or use, a weak or broken one.
    package init?(_ json: JSONValue) {
        guard json["use"]?.string ?? "sig" == "sig" else { return nil }
        if let operations = json["key_ops"]?.array, !operations.contains(where: { $0.string == "verify" }) { return nil }
        if let name = json["alg"]?.string {
            guard let known = Algorithm(rawValue: name) else { return nil }
            algorithm = known
        } else {
            algorithm = nil
        }
        id = json["kid"]?.string
        func bytes(_ name: String) -> [UInt8]? { json[name]?.string.flatMap { Base64.decode($0, alphabet: .url) } }
        switch (json["kty"]?.string, json["crv"]?.string) {
        case ("RSA", nil):
            guard let modulus = bytes("n"), let exponent = bytes("e"),
                (Self.smallestModulusBytes...Self.largestModulusBytes).contains(modulus.drop { $0 == 0 }.count),
                (1...8).contains(exponent.count), let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
            else { return nil }
            material = .rsa(key)
        case ("EC", "P-256"):
            guard let x = bytes("x"), let y = bytes("y"), x.count == 32, y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            material = .p256(key)
        case ("OKP", "Ed25519"):
            guard let x = bytes("x"), x.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { return nil }
            material = .ed25519(key)
        default: return nil
        }
    }

    /// Whether the key may be asked about signatures of that algorithm.
    package func fits(_ wanted: Algorithm) -> Bool {
        guard algorithm == nil || algorithm == wanted else { return false }
        switch (material, wanted) {
        case (.rsa, .rs256), (.rsa, .ps256), (.p256, .es256), (.ed25519, .edDSA): return true
        default: return false
        }
    }

    func verifies(_ signature: [UInt8], of message: [UInt8], by wanted: Algorithm) -> Bool {
        guard fits(wanted) else { return false }
        switch material {
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
                padding: wanted == .ps256 ? .PSS : .insecurePKCS1v1_5)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        }
    }
}
