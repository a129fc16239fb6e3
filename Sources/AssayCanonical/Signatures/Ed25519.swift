package import AssayTerms
internal import Crypto

/// Ed25519 keys (RFC 8032) from and to their raw 32 bytes.
package enum Ed25519 {
    package struct SigningKey: Sendable {
        private let key: Curve25519.Signing.PrivateKey

        /// A new key from the operating system's random bytes.
        package init() { key = Curve25519.Signing.PrivateKey() }

        /// The key of the 32-byte seed RFC 8032 calls the private key.
        ///
        /// - Throws: `invalidArgument` for another length.
        package init(rawBytes: [UInt8]) throws(AssayError) {
            do {
                key = try Curve25519.Signing.PrivateKey(rawRepresentation: rawBytes)
            } catch {
                throw AssayError(
                    .invalidArgument, "an Ed25519 signing key has 32 bytes, not \(rawBytes.count)", cause: error)
            }
        }

        package var rawBytes: [UInt8] { Array(key.rawRepresentation) }

        package var verificationKey: VerificationKey { VerificationKey(key: key.publicKey) }

        /// The 64 bytes of the signature over `message`.
        package func signature(for message: [UInt8]) throws(AssayError) -> [UInt8] {
            do {
                return Array(try key.signature(for: message))
            } catch {
                throw AssayError(.internalFault, "Ed25519 could not sign", cause: error)
            }
        }
    }

    package struct VerificationKey: Sendable, Equatable {
        fileprivate let key: Curve25519.Signing.PublicKey

        fileprivate init(key: Curve25519.Signing.PublicKey) { self.key = key }

        /// - Throws: `invalidArgument` for another length than 32.
        package init(rawBytes: [UInt8]) throws(AssayError) {
            do {
                key = try Curve25519.Signing.PublicKey(rawRepresentation: rawBytes)
            } catch {
                throw AssayError(
                    .invalidArgument, "an Ed25519 verification key has 32 bytes, not \(rawBytes.count)", cause: error)
            }
        }

        package var rawBytes: [UInt8] { Array(key.rawRepresentation) }

        /// Whether `signature` was made over `message` by this key's owner; `false` for any other length than 64.
        package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
            key.isValidSignature(signature, for: message)
        }

        package static func == (left: VerificationKey, right: VerificationKey) -> Bool {
            left.rawBytes == right.rawBytes
        }
    }
}
