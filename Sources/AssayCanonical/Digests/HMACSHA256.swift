package import AssayTerms
internal import Crypto

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    package static func code(for message: [UInt8], key: [UInt8]) -> AssayTerms.SHA256Digest {
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
        guard let value = AssayTerms.SHA256Digest(bytes: Array(code)) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return value
    }

    /// Whether `code` is the right one, in a time that does not depend on where they differ.
    package static func isValid(_ code: AssayTerms.SHA256Digest, for message: [UInt8], key: [UInt8]) -> Bool {
        ConstantTime.equal(code.bytes, self.code(for: message, key: key).bytes)
    }
}
