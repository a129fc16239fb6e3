package import AssayTerms
internal import Crypto

/// SHA-256 (FIPS 180-4) over bytes that arrive in pieces.
///
/// - Complexity: `update` is O(count), without copies where the bytes are contiguous.
package struct SHA256Hasher: Sendable {
    private var state = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { state.update(bufferPointer: $0) }
    }

    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { state.update(bufferPointer: $0) }
    }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        let fed: Void? = bytes.withContiguousStorageIfAvailable {
            state.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if fed == nil { update(Array(bytes)) }
    }

    /// The digest of everything fed so far; more may be fed after it.
    package func finish() -> AssayTerms.SHA256Digest {
        guard let digest = AssayTerms.SHA256Digest(bytes: Array(state.finalize())) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return digest
    }

    package static func digest(of bytes: some Collection<UInt8>) -> AssayTerms.SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }
}
