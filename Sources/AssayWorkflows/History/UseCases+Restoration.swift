package import AssayCanonical
import AssayJSON
package import AssayLedgerFormat
import AssayStore
import AssayTerms

extension UseCases {
    /// Says in the log that it goes on where another ended: after a backup was restored.
    package func recordRestoration(of last: Checkpoint, signed note: SignedNote, key: NoteVerificationKey) async throws {
        _ = try await store.write { tx in
            try self.record(
                kind: "log.restored", by: .localOperator,
                subjects: [
                    .init(type: "checkpoint", digest: SHA256Hasher.digest(of: note.bytes)),
                    .init(type: "root", digest: last.root, revision: Int64(clamping: last.size)),
                ],
                topics: [LedgerTopic.log], domain: LedgerTopic.log,
                payload: [
                    "origin": .string(last.origin), "key": .string(key.vkey), "size": .string(String(last.size)),
                    "checkpoint": .string(String(decoding: note.bytes, as: UTF8.self)),
                ], in: tx)
        }
    }
}
