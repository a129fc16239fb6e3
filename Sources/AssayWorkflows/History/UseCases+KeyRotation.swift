package import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms

/// The entry by which the log's key is exchanged. They are recorded while the server is stopped, by whoever holds its files.
extension UseCases {
    /// Names the log's next key. An interrupted rotation that is taken up again records nothing twice.
    ///
    /// Auditors who keep the old key follow the entry to the new one, so its leaf holds the digests of both.
    package func recordLogKeyRotation(from old: NoteVerificationKey, to new: NoteVerificationKey) async throws {
        try await recordRotation(
            kind: "log.key-rotated", from: (old.vkey, old.key), to: (new.vkey, new.key), types: ("log-key", "next-log-key"))
    }

    func recordRotation(
        kind: String, from old: (text: String, key: Ed25519.VerificationKey),
        to new: (text: String, key: Ed25519.VerificationKey), types: (old: String, new: String)
    ) async throws {
        let subjects = [
            LedgerLeaf.Subject(type: types.old, digest: SHA256Hasher.digest(of: old.key.rawBytes)),
            LedgerLeaf.Subject(type: types.new, digest: SHA256Hasher.digest(of: new.key.rawBytes)),
        ]
        try await store.write { tx in
            let newest = try tx.newestLedgerEntry(about: LedgerTopic.log, kind: kind)
            if let newest, try LedgerLeaf(parsing: newest.leaf).subjects == subjects { return }
            try self.record(
                kind: kind, by: .localOperator, subjects: subjects, topics: [LedgerTopic.log], domain: LedgerTopic.log,
                payload: ["from": .string(old.text), "to": .string(new.text)], in: tx)
        }
    }
}
