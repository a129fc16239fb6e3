package import AssayTerms
internal import Crypto

/// AES-256-GCM (NIST SP 800-38D) with a nonce the caller chooses.
///
/// One key must never meet the same nonce twice: callers count chunks or draw 96 random bits.
package struct AES256GCM: Sendable {
    package static let keyLength = 32
    package static let nonceLength = 12
    package static let tagLength = 16

    private let key: SymmetricKey

    /// - Throws: `invalidArgument` unless `key` has 32 bytes.
    package init(key: [UInt8]) throws(AssayError) {
        guard key.count == Self.keyLength else {
            throw AssayError(.invalidArgument, "an AES-256 key has 32 bytes, not \(key.count)")
        }
        self.key = SymmetricKey(data: key)
    }

    /// The ciphertext followed by the 16 bytes of its tag.
    ///
    /// - Throws: `invalidArgument` unless `nonce` has 12 bytes.
    package func seal(
        _ plaintext: some Collection<UInt8>, nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(AssayError) -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(plaintext.count + Self.tagLength)
        try seal(Array(plaintext)[...], nonce: nonce, associatedData: associatedData, appendingTo: &sealed)
        return sealed
    }

    /// As ``seal(_:nonce:associatedData:)``, at the end of `sealed`: for callers that seal one piece after the other.
    package func seal(
        _ plaintext: ArraySlice<UInt8>, nonce: [UInt8], associatedData: [UInt8] = [], appendingTo sealed: inout [UInt8]
    ) throws(AssayError) {
        let nonce = try Self.checked(nonce)
        do {
            let box = try AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: associatedData)
            Self.append(box.ciphertext, to: &sealed)
            Self.append(box.tag, to: &sealed)
        } catch {
            throw AssayError(.internalFault, "AES-256-GCM could not encrypt", cause: error)
        }
    }

    /// The plaintext of what `seal` gave for the same key, nonce and associated data.
    ///
    /// - Throws: `corrupt` if anything of it differs or bytes are missing.
    package func open(
        _ sealed: some Collection<UInt8>, nonce: [UInt8], associatedData: [UInt8] = []
    ) throws(AssayError) -> [UInt8] {
        var plaintext: [UInt8] = []
        try open(Array(sealed)[...], nonce: nonce, associatedData: associatedData, appendingTo: &plaintext)
        return plaintext
    }

    /// As ``open(_:nonce:associatedData:)``, at the end of `plaintext`, which is left as it was when this throws.
    package func open(
        _ sealed: ArraySlice<UInt8>, nonce: [UInt8], associatedData: [UInt8] = [], appendingTo plaintext: inout [UInt8]
    ) throws(AssayError) {
        let nonce = try Self.checked(nonce)
        guard sealed.count >= Self.tagLength else {
            throw AssayError(.corrupt, "encrypted bytes are shorter than their tag")
        }
        let end = sealed.endIndex - Self.tagLength
        do {
            let box = try AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed[..<end], tag: sealed[end...])
            Self.append(try AES.GCM.open(box, using: key, authenticating: associatedData), to: &plaintext)
        } catch {
            throw AssayError(
                .corrupt, "encrypted bytes do not match their tag: they were changed, or the key is another",
                cause: error)
        }
    }

    /// One copy of memory; appending a foreign collection goes element by element otherwise.
    private static func append(_ bytes: some Collection<UInt8>, to target: inout [UInt8]) {
        let copied: Void? = bytes.withContiguousStorageIfAvailable { target.append(contentsOf: $0) }
        if copied == nil { target.append(contentsOf: bytes) }
    }

    private static func checked(_ nonce: [UInt8]) throws(AssayError) -> AES.GCM.Nonce {
        guard nonce.count == nonceLength, let value = try? AES.GCM.Nonce(data: nonce) else {
            throw AssayError(.invalidArgument, "a nonce of AES-256-GCM has 12 bytes, not \(nonce.count)")
        }
        return value
    }
}
