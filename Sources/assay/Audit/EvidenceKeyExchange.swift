import AssayCanonical
import AssayLedger
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// Another key signs evidence from now on, and an entry of the log names it.
struct EvidenceKeyExchange {
    let opened: OpenDirectory

    /// - Parameter isLost: whether the key of now is gone, so that the log alone says which it was.
    /// - Returns: the new key. The entry is recorded and not published.
    /// - Throws: `conflict` if a key that is called lost is there; `notFound` and `corrupt` where the log does not tell the lost one.
    func run(isLost: Bool) async throws -> Ed25519.VerificationKey {
        let keysPath = opened.directory.keysPath
        if try isLost && EvidenceKey.read(keysPath: keysPath) != nil {
            throw AssayError(.conflict, "\(EvidenceKey.path(keysPath: keysPath)) is there. Go on with it, or take it away first.")
        }
        // Opening holds the key that is there against the log.
        let current = isLost ? nil : try await opened.governed(requiresPolicy: false).governance.evidenceKey.verificationKey
        let next = try EvidenceKey.prepareNext(keysPath: keysPath, randomBytes: opened.useCases.effects.randomBytes).verificationKey
        let old = if let current { current } else { try await lostKey(next: next) }
        try await opened.useCases.recordEvidenceKeyRotation(from: old, to: next)
        try EvidenceKey.complete(keysPath: keysPath, current: old)
        return next
    }

    /// The public key of the one that is gone, by the log.
    private func lostKey(next: Ed25519.VerificationKey) async throws -> Ed25519.VerificationKey {
        guard let named = try await opened.useCases.namedEvidenceKey() else {
            throw AssayError(.notFound, "The log names no key that signs evidence; the server makes the first when it starts.")
        }
        // An exchange that was interrupted after its entry has the next key in the log already.
        let isEntered = named.digest == SHA256Hasher.digest(of: next.rawBytes)
        guard let key = isEntered ? named.replaced?.key : named.key else {
            throw AssayError(.corrupt, "The entry that names the lost key cannot be read; restore a backup.")
        }
        return key
    }
}
