import AssayLedgerFormat
import AssayStore
import AssayTerms

extension UseCases {
    private static let entryPage = 500

    /// Replays the log's entries and compares what they lead to with the tables, on one snapshot.
    ///
    /// Seals of runs are left out, so that what is read grows with decisions and not with runs.
    ///
    /// - Parameter entryLimit: gives up beyond so many entries.
    /// - Returns: `nil` if it gave up.
    package func compareRecords(entryLimit: Int? = nil) async throws -> RecordComparison? {
        try await store.read { try self.compareRecords(in: $0, entryLimit: entryLimit) }
    }

    private func compareRecords(in tx: any StoreSnapshot, entryLimit: Int?) throws -> RecordComparison? {
        var replay = GovernedReplay()
        var policies = PolicyRecords.Read()
        var differences: [RecordComparison.Difference] = []
        var count = 0
        let erased = try recordedErasures(tx)
        var after: Int64 = 0
        while true {
            let page = try tx.decidingEntries(after: after, limit: Self.entryPage)
            guard let last = page.last else { break }
            after = last.ordinal
            (policies.ordinal, policies.entryID) = (last.ordinal, last.id)
            count += page.count
            if let entryLimit, count > entryLimit { return nil }
            for entry in page {
                do {
                    let leaf = try LedgerLeaf(parsing: entry.leaf)
                    guard leaf.id == entry.id, leaf.kind == entry.kind else {
                        throw AssayError(.corrupt, "The database files the entry under another id or kind than its leaf's.")
                    }
                    let payload = try payload(of: entry)
                    if payload == nil, !erased.entries.contains(Text(entry.id)) {
                        throw AssayError(.corrupt, "Its payload is gone, and nothing in the log says that it was erased.")
                    }
                    replay.apply(leaf.id, kind: leaf.kind, by: leaf.actor, about: entry.topics, payload: payload)
                    if leaf.kind == Self.policyPublished {
                        policies.replay.apply(leaf.id, kind: leaf.kind, by: leaf.actor, about: entry.topics, payload: payload)
                    }
                } catch let error as AssayError {
                    differences.append(RecordComparison.Difference(object: "ledger entry \(entry.id)", detail: error.message))
                    replay.apply(entry.id, kind: entry.kind, by: "", about: entry.topics, payload: nil)
                }
            }
        }
        // An entry that is filed as another kind shows as a difference above, and the gate reads on from a sound beginning only.
        if differences.isEmpty, policies.ordinal > 0 { policyRecords.keep(policies, committed: policies) }
        differences += replay.impossibleDifferences
        let missing = try tx.missingEntryCount()
        if missing > 0 {
            differences.append(
                RecordComparison.Difference(object: "ledger", detail: "\(missing) of its entries are not in the database"))
        }
        let stored = try tx.governedFacts()
        // Whoever was erased had no role and gets none: that much is known although nothing else is.
        for user in erased.people {
            let fact = GovernedFact.roles(userID: user)
            let none = GovernedFact.Value.roles([String]())
            if stored[fact] != none {
                differences.append(RecordComparison.Difference(fact, log: none, database: stored[fact]))
            }
        }
        var unknown = 0
        for fact in Set(stored.keys).union(replay.facts.keys) {
            guard replay.knows(fact) else {
                unknown += 1
                continue
            }
            let said = replay.facts[fact]
            if said != stored[fact] {
                differences.append(RecordComparison.Difference(fact, log: said, database: stored[fact]))
            }
        }
        let held = stored.filter { !replay.knows($0.key) || replay.facts[$0.key] == $0.value }
        differences += try fileDifferences(among: held.keys, tx)
        return RecordComparison(
            differences: differences.sorted { $0.object < $1.object }, entryCount: count, factCount: stored.count - unknown,
            unknownCount: unknown)
    }
}
