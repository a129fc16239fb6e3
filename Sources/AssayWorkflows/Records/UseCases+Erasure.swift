import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

/// Destroying what entries say while their leaves stay, so that the log still verifies. That it was done, by whom and why is an
/// entry itself; a payload that is gone without one is a difference that stops the gate.
extension UseCases {
    static let erasureKind = "payload.erased"
    /// Beside what decides: what tells of erasures, and of the keys that sign.
    private static let keptKinds: Set<String> = [erasureKind, "log.key-rotated", evidenceKeyNamed, evidenceKeyRotated]

    /// Destroys the payload and salt of one entry.
    ///
    /// Entries that decide what is in force cannot be erased one by one: without them nobody could tell whether the tables
    /// are what was decided.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for an unknown entry; `conflict` for one that
    ///   decides something, or tells of an erasure, or is erased already; `invalidArgument` without a reason.
    package func erasePayload(ofEntry id: String, reason: Text, by actor: Principal) async throws {
        try Self.requireAdministrator(actor)
        try requireUnrestricted(actor, for: "An erasure")
        try requireFreshLogin(actor, for: "An erasure")
        try Self.checkReason(reason)
        try await store.write { tx in
            guard let entry = try tx.ledgerEntry(id: id) else {
                throw AssayError(.notFound, "The log has no entry \(id.prefix(64)).")
            }
            guard !GovernedReplay.reads(entry.kind), !Self.keptKinds.contains(entry.kind) else {
                throw AssayError(
                    .conflict, "Entry \(id) is '\(entry.kind)' and decides what is in force; its payload cannot be erased by itself.")
            }
            // Else one person could leave a failed statement out of every later export.
            guard !entry.kind.hasPrefix("evidence.") else {
                throw AssayError(
                    .conflict, "Entry \(id) tells of evidence, which exports name; its payload cannot be erased by itself.")
            }
            for topic in entry.topics where topic.hasPrefix(LedgerTopic.model("")) {
                try Self.requireNoHold(onModel: String(topic.dropFirst(LedgerTopic.model("").count)), for: "The erasure", tx)
            }
            guard entry.sealedPayload != nil else { throw AssayError(.conflict, "The payload of entry \(id) is erased already.") }
            try self.erase([entry], user: nil, reason: reason, by: actor, tx)
        }
    }

    /// Destroys what the log's entries say of a person who has left, and the key that it was encrypted with; in the table the
    /// person keeps an id and loses the name. Names in decisions that others rest on, such as approvals, stay.
    ///
    /// Done a second time it destroys the key again, which an interruption may have left.
    ///
    /// - Throws: as ``erasePayload(ofEntry:reason:by:)``; `conflict` while the person has a role or a usable token.
    package func erasePerson(named name: Text, reason: Text, by actor: Principal) async throws {
        try Self.requireAdministrator(actor)
        try requireUnrestricted(actor, for: "An erasure")
        try requireFreshLogin(actor, for: "An erasure")
        try Self.checkReason(reason)
        let domain = try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            let now = effects.nowMilliseconds()
            let tokens = try tx.tokens(ofUser: user.id)
            guard user.roles.isEmpty, !tokens.contains(where: { $0.isUsable(atMilliseconds: now) }) else {
                throw AssayError(.conflict, "\(name) has roles or usable tokens; take them away first.")
            }
            let domain = LedgerTopic.user(user.id)
            var entries: [LedgerEntryRecord] = []
            while true {
                let page = try tx.ledgerEntries(about: [domain], after: entries.last?.ordinal ?? 0, limit: 500)
                if page.isEmpty { break }
                entries += page
            }
            let left = entries.filter { $0.domain == domain && $0.sealedPayload != nil }
            try self.erase(left, user: user.id, reason: reason, by: actor, tx)
            try tx.endSessions(ofUser: user.id)
            try tx.forgetLogin(ofUser: user.id)
            try tx.renameUser(id: user.id, to: Text("erased-" + user.id.prefix(12)))
            return domain
        }
        // After the commit: a key that is gone while its entries still stand would be a loss that no entry tells of.
        try keyring.destroy(domain: Text(domain))
    }

    private func erase(
        _ entries: [LedgerEntryRecord], user: String?, reason: Text, by actor: Principal, _ tx: any StoreTransaction
    ) throws {
        for entry in entries { try tx.eraseLedgerPayload(id: entry.id) }
        // A leaf is at most 4 KiB, so the digests stand in the payload and their count is not bounded by it.
        try record(
            kind: Self.erasureKind, by: actor, topics: [LedgerTopic.erasures], domain: LedgerTopic.log,
            payload: [
                "entries": .array(entries.map { .string($0.id) }), "user": user.map { .string($0) } ?? .null,
                "reason": .string(reason.string),
            ], in: tx)
    }

    private static func checkReason(_ reason: Text) throws(AssayError) {
        guard !reason.isEmpty, reason.utf8Count <= 1_024 else {
            throw AssayError(.invalidArgument, "Erasing needs a reason of 1 to 1024 bytes; it stays readable.")
        }
    }

    /// What the log says was erased: ids of entries, and of people.
    func recordedErasures(_ tx: any StoreSnapshot) throws -> (entries: Set<Text>, people: [String]) {
        var (entries, people): (Set<Text>, [String]) = ([], [])
        var after: Int64 = 0
        while true {
            let page = try tx.ledgerEntries(about: [LedgerTopic.erasures], after: after, limit: 500)
            guard let last = page.last else { return (entries, people) }
            after = last.ordinal
            for entry in page where entry.kind == Self.erasureKind {
                guard let payload = try payload(of: entry), try LedgerLeaf(parsing: entry.leaf).kind == Self.erasureKind else { continue }
                entries.formUnion((payload["entries"]?.array ?? []).compactMap(\.string).map { Text($0) })
                if let user = payload["user"]?.string { people.append(user) }
            }
        }
    }
}
