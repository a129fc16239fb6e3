import AssayLedgerFormat
import AssayStore
package import AssayTerms

extension UseCases {
    private static let statePage = 500

    /// The moment that `text` names: RFC 3339 with an offset, or a date alone, which is its first moment in UTC.
    ///
    /// - Throws: `invalidArgument`.
    package static func moment(_ text: Text) throws(AssayError) -> Int64 {
        guard let moment = LedgerTime.moment(text.string) else {
            throw AssayError(
                .invalidArgument,
                "'\(text.string.prefix(64))' is no time; write 2026-01-31T08:05:09Z, 2026-01-31T09:05:09.5+01:00, or 2026-01-31 for its first moment in UTC.")
        }
        return moment
    }

    /// Governed state by `moment`, replayed from the entries on one snapshot; payloads that were erased since are missing in it.
    ///
    /// - Complexity: grows with the decisions up to `moment`.
    package func state(asOf moment: Int64) async throws -> StateAsOf {
        noteReadingLog("state")
        return try await store.read { tx in try self.state(asOf: moment, tx) }
    }

    /// The history of a model up to `moment`, and what was true of it then.
    ///
    /// - Throws: `notFound` if no model had the name by then.
    package func modelHistory(_ name: Text, asOf moment: Int64) async throws -> (entries: [HistoryEntry], state: StateAsOf, models: Set<Text>) {
        let end = try await store.read { try $0.firstOrdinal(recordedAfter: moment) }
        let entries = try await modelHistory(name).filter { end == nil || $0.ordinal < end ?? 0 }
        guard !entries.isEmpty else {
            throw AssayError(.notFound, "No registered model had the name \(name) by then.")
        }
        let models = try await store.read { tx in Set(try tx.modelIDs(everNamed: name).map { Text($0) }) }
        return (entries, try await state(asOf: moment), models)
    }

    private func state(asOf moment: Int64, _ tx: any StoreSnapshot) throws -> StateAsOf {
        let end = try tx.firstOrdinal(recordedAfter: moment) ?? .max
        var replay = GovernedReplay()
        var names = GovernedNames()
        var last: HistoryEntry?
        var (after, count) = (Int64(0), 0)
        pages: while true {
            let page = try tx.decidingEntries(after: after, limit: Self.statePage)
            guard let newest = page.last else { break }
            after = newest.ordinal
            for entry in page {
                guard entry.ordinal < end else { break pages }
                let leaf = try LedgerLeaf(parsing: entry.leaf)
                let payload = try payload(of: entry)
                replay.apply(entry.id, kind: leaf.kind, by: leaf.actor, about: entry.topics, payload: payload)
                names.apply(payload)
                last = HistoryEntry(
                    id: entry.id, ordinal: entry.ordinal, kind: entry.kind, recordedMilliseconds: entry.recordedMilliseconds,
                    actorID: leaf.actor, actorName: nil, index: entry.index, payload: nil)
                count += 1
            }
        }
        return StateAsOf(moment: moment, last: last, entryCount: count, facts: replay.facts, names: names)
    }
}
