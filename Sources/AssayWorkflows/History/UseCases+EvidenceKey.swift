package import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

/// What the log's newest entry about it says of the key that signs evidence.
package struct NamedEvidenceKey: Sendable {
    /// SHA-256 of the public key in force.
    package let digest: SHA256Digest
    /// `nil` if the entry's payload is not to be had.
    package let key: Ed25519.VerificationKey?
    /// The key that it took the place of, by the same entry; `nil` for the first.
    package let replaced: (digest: SHA256Digest, key: Ed25519.VerificationKey?)?
}

/// The key that signs evidence, held against the log: whoever holds a copy of the log can tell offline whose signature counts, and
/// a key that was lost is not made anew in silence.
extension UseCases {
    static let evidenceKeyNamed = "evidence.key-named"
    static let evidenceKeyRotated = "evidence.key-rotated"
    private static let keyType = "evidence-key"
    private static let nextKeyType = "next-evidence-key"

    /// - Returns: `nil` if no entry names one.
    package func namedEvidenceKey() async throws -> NamedEvidenceKey? {
        let newest = try await store.read { tx in
            try [Self.evidenceKeyNamed, Self.evidenceKeyRotated]
                .compactMap { try tx.newestLedgerEntry(about: LedgerTopic.log, kind: $0) }
                .max { $0.ordinal < $1.ordinal }
        }
        guard let newest else { return nil }
        let subjects = try LedgerLeaf(parsing: newest.leaf).subjects
        let payload = try payload(of: newest)
        func digest(_ type: String) -> SHA256Digest? { subjects.first { $0.type == type }?.digest }
        func key(_ member: String, _ digest: SHA256Digest) -> Ed25519.VerificationKey? {
            let raw = payload?[member]?.string.flatMap { Hex.decode($0) } ?? []
            return SHA256Hasher.digest(of: raw) == digest ? try? Ed25519.VerificationKey(rawBytes: raw) : nil
        }
        switch (digest(Self.keyType), digest(Self.nextKeyType)) {
        case (let first?, nil): return NamedEvidenceKey(digest: first, key: key("key", first), replaced: nil)
        case (let old?, let new?): return NamedEvidenceKey(digest: new, key: key("to", new), replaced: (old, key("from", old)))
        default: throw AssayError(.corrupt, "Entry \(newest.id) names no key that signs evidence.")
        }
    }

    /// Enters the first key that signs evidence in the log.
    package func nameEvidenceKey(_ key: Ed25519.VerificationKey) async throws {
        _ = try await store.write { tx in
            try self.record(
                kind: Self.evidenceKeyNamed, by: .server,
                subjects: [LedgerLeaf.Subject(type: Self.keyType, digest: SHA256Hasher.digest(of: key.rawBytes))],
                topics: [LedgerTopic.log], domain: LedgerTopic.log, payload: ["key": .string(Hex.encode(key.rawBytes))], in: tx)
        }
    }

    /// Names the key that signs evidence from now on.
    package func recordEvidenceKeyRotation(
        from old: Ed25519.VerificationKey, to new: Ed25519.VerificationKey
    ) async throws {
        try await recordRotation(
            kind: Self.evidenceKeyRotated, from: (Hex.encode(old.rawBytes), old), to: (Hex.encode(new.rawBytes), new),
            types: (Self.keyType, Self.nextKeyType))
    }

    /// Holds the key that was found against the one that the log names. A first key, and one that took the named key's place
    /// elsewhere, as after a restore, are entered.
    ///
    /// - Parameters:
    ///   - key: `nil` if there is no file.
    ///   - former: the keys it took the place of.
    ///   - path: where it stands, for messages.
    /// - Returns: whether a first key is to be made.
    /// - Throws: `notFound` if the named key is gone; `conflict` if another stands in its place.
    package func settleEvidenceKey(
        _ key: Ed25519.VerificationKey?, former: [Ed25519.VerificationKey], path: String
    ) async throws -> Bool {
        guard let named = try await namedEvidenceKey() else {
            if let key { try await nameEvidenceKey(key) }
            return key == nil
        }
        let ways =
            "Put it back from where keys are kept; or, if it is lost for good, have `assay audit rotate-key evidence --lost --data-dir DIR` draw another (`assay restore --evidence-key-lost` while restoring): "
            + "what the lost one signed goes on counting, and the log says so."
        guard let key else {
            throw AssayError(.notFound, "\(path), the key that signs evidence, is missing, and the log names it (SHA-256 \(named.digest.hex)). \(ways)")
        }
        let digest = SHA256Hasher.digest(of: key.rawBytes)
        // Between the entry and the exchange of a rotation the former key is in use.
        if digest == named.digest || digest == named.replaced?.digest { return false }
        if let old = former.last(where: { SHA256Hasher.digest(of: $0.rawBytes) == named.digest }) {
            try await recordEvidenceKeyRotation(from: old, to: key)
            return false
        }
        throw AssayError(
            .conflict, "\(path) is not the key that signs evidence by the log (SHA-256 \(named.digest.hex)). Take it away. \(ways)")
    }
}
