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

        /// - Throws: `invalidArgument` for another length than 32, and for a key that is nobody's (``isNobodys(_:)``).
        package init(rawBytes: [UInt8]) throws(AssayError) {
            guard !Ed25519.isNobodys(rawBytes) else {
                throw AssayError(
                    .invalidArgument,
                    "this Ed25519 verification key is a point of small order, or not written as RFC 8032 has it: signatures under it "
                        + "can be made without any secret. Make a key pair, for example with `openssl genpkey -algorithm ed25519`, and give its public key")
            }
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

    /// The five `y` of the curve's eight points whose order divides 8, little-endian: 0, 1, -1, and two of order 8.
    private static let smallOrders: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3,
            0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C,
            0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// Whether a public key is a point of small order, or is written with a `y` that is not below 2²⁵⁵ - 19 (RFC 8032 §5.1.3).
    /// Under such a key signatures over any text can be found by trying, which verification lets pass; see Chalkias,
    /// Garillot, Nikolaenko, "Taming the many EdDSAs" (2020), table 2.
    ///
    /// Of 32 bytes; `false` for another length.
    package static func isNobodys(_ rawBytes: [UInt8]) -> Bool {
        guard rawBytes.count == 32, let last = rawBytes.last else { return false }
        let y = rawBytes.dropLast() + [last & 0x7F]
        let isBelowPrime = y[0] < 0xED || y[31] != 0x7F || !y[1..<31].allSatisfy { $0 == 0xFF }
        return !isBelowPrime || smallOrders.contains(Array(y))
    }
}
