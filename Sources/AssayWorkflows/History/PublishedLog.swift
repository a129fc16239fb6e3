import AssayCanonical
package import AssayLedger
import AssayLedgerFormat
package import AssayTerms

/// The published log as it can be asked; the ledger stands behind it.
package protocol PublishedLog: Sendable {
    /// A published file by its C2SP name: `checkpoint`, `checkpoints`, `vkey`, a tile or a bundle; `nil` if there is none.
    func resource(_ path: String) async throws -> [UInt8]?
    /// How many entries the newest checkpoint covers; 0 before the first one.
    func size() async throws -> UInt64
    /// A `.tlog-proof` that the newest tree holds the entry.
    ///
    /// - Throws: `notFound` if it is not published yet.
    func proof(index: UInt64) async throws -> [UInt8]
    /// A proof that the newest tree begins with the tree of `size`, and its checkpoint.
    ///
    /// - Throws: `invalidArgument` for a size beyond the log.
    func consistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8])
}

/// The ledger of this process as a published log.
package struct LedgerLog: PublishedLog {
    private let ledger: Ledger

    package init(_ ledger: Ledger) { self.ledger = ledger }

    package func resource(_ path: String) async throws -> [UInt8]? { try await ledger.resource(path) }

    package func size() async throws -> UInt64 {
        guard let note = try await ledger.checkpoint() else { return 0 }
        return try Checkpoint(text: note.text).size
    }

    package func proof(index: UInt64) async throws -> [UInt8] { try await ledger.proof(index: index).bytes }

    package func consistency(from size: UInt64) async throws -> (path: [SHA256Digest], checkpoint: [UInt8]) {
        let (path, note) = try await ledger.consistency(from: size)
        return (path, note.bytes)
    }
}
