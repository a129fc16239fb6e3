import AssayLedgerFormat
import AssayStore
package import AssayTerms

extension UseCases {
    /// Everything that happened to the model of that name, in order: to each model that ever had it, if it was given
    /// more than once, and under whatever other names those had.
    ///
    /// - Throws: `notFound` if no model ever had the name.
    package func modelHistory(_ name: Text) async throws -> [HistoryEntry] {
        let (records, names) = try await store.read { tx in
            let ids = try tx.modelIDs(everNamed: name)
            for id in ids { AccessGuard.current?.view.trail.note(TouchedObject(.model, Text(id))) }
            guard !ids.isEmpty else {
                throw AssayError(.notFound, "Registered Model with name=\(name) not found")
            }
            var records: [LedgerEntryRecord] = []
            while true {
                let more = try tx.ledgerEntries(
                    about: ids.map(LedgerTopic.model), after: records.last?.ordinal ?? 0, limit: 1_000)
                if more.isEmpty { break }
                records += more
            }
            return (records, try tx.users().map { ($0.id, $0.name) })
        }
        return try historyEntries(records, names: names)
    }

    /// Every entry about `topic`, in order. Whoever asks has found what it is about before.
    func history(about topic: String) async throws -> [HistoryEntry] {
        let (records, names) = try await store.read { tx in
            (try tx.ledgerEntries(about: [topic], after: 0, limit: 1_000), try tx.users().map { ($0.id, $0.name) })
        }
        return try historyEntries(records, names: names)
    }

    /// Entries in the order they were recorded, for pages and exports.
    package func history(after ordinal: Int64, limit: Int) async throws -> [HistoryEntry] {
        noteReadingLog("entries")
        let (records, names) = try await store.read { tx in
            (try tx.ledgerEntries(after: ordinal, limit: limit), try tx.users().map { ($0.id, $0.name) })
        }
        return try historyEntries(records, names: names)
    }

    private func historyEntries(_ records: [LedgerEntryRecord], names: [(String, Text)]) throws -> [HistoryEntry] {
        let names = Dictionary(names, uniquingKeysWith: { first, _ in first })
        return try records.map { record in
            let actorID = try LedgerLeaf(parsing: record.leaf).actor
            return HistoryEntry(
                id: record.id, ordinal: record.ordinal, kind: record.kind, recordedMilliseconds: record.recordedMilliseconds, actorID: actorID,
                actorName: names[actorID], index: record.index, payload: try payload(of: record))
        }
    }
}
