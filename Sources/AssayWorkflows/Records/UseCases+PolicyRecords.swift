import AssayLedgerFormat
import AssayStore
import AssayTerms

/// Whether the table of policies is what entries published, asked wherever the gate reads it: a published policy never goes away and never
/// changes, so a row that is missing, or that no entry made, was not decided by anybody.
extension UseCases {
    private static let policyPage = 500
    static let policyPublished = "policy.published"

    /// Whether anything was ever published, by the entries or by the table: emptying the table does not make the server one without a gate.
    func hasPolicies(_ tx: any StoreSnapshot) throws -> Bool {
        if try !tx.policiesInForce().isEmpty { return true }
        return try !policyReplay(tx).facts.isEmpty
    }

    /// Refuses to let anything through by policies that are not the published ones. Without a ``recordCheck`` nothing is looked at.
    ///
    /// - Throws: `conflict` with what differs.
    /// - Complexity: the entries added since the last look, and one look at the table; all entries that decide something the first time.
    func requirePublishedPolicies(_ tx: any StoreSnapshot) throws {
        guard let difference = try policyDifference(tx) else { return }
        throw AssayError(
            .conflict,
            "The database is not what the log says: \(difference.text). Until it is, no policy can be held to and nothing is promoted. "
                + "Whoever runs the server lists what differs with `assay audit verify --data-dir DIR` and puts it back.")
    }

    /// The first difference between the table of policies and the entries, by its text; `nil` where there is none.
    func policyDifference(_ tx: any StoreSnapshot) throws -> RecordComparison.Difference? {
        guard recordCheck != nil else { return nil }
        let replay = try policyReplay(tx)
        var stored: [GovernedFact: Text] = [:]
        for (offset, policy) in try tx.policies().enumerated() {
            stored[.policy(name: policy.name, version: policy.version)] = GovernedFact.Value.policy(
                policy.digest.hex, by: policy.publisherID, place: offset + 1)
        }
        return Set(stored.keys).union(replay.facts.keys)
            .filter { replay.knows($0) && replay.facts[$0] != stored[$0] }
            .map { RecordComparison.Difference($0, log: replay.facts[$0], database: stored[$0]) }
            .min { $0.text < $1.text }
    }

    private func policyReplay(_ tx: any StoreSnapshot) throws -> GovernedReplay {
        var (read, page, isCommitted) = try goOn(tx)
        guard !page.isEmpty || isCommitted else { return read.replay }
        var committed = isCommitted ? nil : policyRecords.reads.last
        while let last = page.last {
            for entry in page {
                if entry.index == nil, committed == nil { committed = read }
                (read.ordinal, read.entryID) = (entry.ordinal, entry.id)
                guard entry.kind == Self.policyPublished else { continue }
                let leaf = try LedgerLeaf(parsing: entry.leaf)
                guard leaf.id == entry.id, leaf.kind == entry.kind else {
                    throw AssayError(.corrupt, "The database files the ledger entry \(entry.id) under another id or kind than its leaf's.")
                }
                read.replay.apply(leaf.id, kind: leaf.kind, by: leaf.actor, about: entry.topics, payload: try payload(of: entry))
            }
            page = try tx.decidingEntries(after: last.ordinal, limit: Self.policyPage)
        }
        policyRecords.keep(read, committed: committed ?? read)
        return read.replay
    }

    /// What was read before and is part of this snapshot, with the entries after it, and whether it stands whatever becomes of this
    /// transaction: what is sequenced was committed.
    private func goOn(_ tx: any StoreSnapshot) throws -> (PolicyRecords.Read, [LedgerEntryRecord], isCommitted: Bool) {
        for read in policyRecords.reads where read.ordinal > 0 {
            let page = try tx.decidingEntries(after: read.ordinal - 1, limit: Self.policyPage)
            guard let last = page.first, last.ordinal == read.ordinal, last.id == read.entryID else { continue }
            return (read, Array(page.dropFirst()), last.index != nil)
        }
        return (PolicyRecords.Read(), try tx.decidingEntries(after: 0, limit: Self.policyPage), true)
    }
}
