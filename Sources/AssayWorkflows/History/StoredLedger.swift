package import AssayLedger
package import AssayStore
import AssayTerms

/// The store's entries as the sequencer takes them.
package struct StoredLedger: LedgerSource {
    private let store: any Store

    package init(store: any Store) { self.store = store }

    package func unsequenced(limit: Int) async throws -> [UnsequencedEntry] {
        try await store.read { tx in
            try tx.unsequencedEntries(limit: limit).map { UnsequencedEntry(id: $0.id, ordinal: $0.ordinal) }
        }
    }

    package func assign(firstIndex: UInt64, to entries: [UnsequencedEntry]) async throws {
        try await store.write { tx in
            guard let first = Int64(exactly: firstIndex), try tx.sequencedCount() == first else {
                throw AssayError(.conflict, "Index \(firstIndex) is not the next one of the log.")
            }
            _ = try tx.assignLedgerIndexes(toOrdinals: entries.map(\.ordinal))
        }
    }

    package func sequencedCount() async throws -> UInt64 { UInt64(try await store.read { try $0.sequencedCount() }) }

    package func leaves(in range: Range<UInt64>) async throws -> [[UInt8]] {
        guard let lower = Int64(exactly: range.lowerBound), let upper = Int64(exactly: range.upperBound) else {
            throw AssayError(.invalidArgument, "No log has entries beyond \(Int64.max).")
        }
        return try await store.read { try $0.ledgerLeaves(lower..<upper) }
    }
}
