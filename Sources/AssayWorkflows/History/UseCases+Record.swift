package import AssayJSON
package import AssayLedgerFormat
package import AssayStore
package import AssayTerms

extension UseCases {
    /// Records what happens in `tx`, in the same savepoint, and writes down what webhooks are told of it.
    ///
    /// The leaf (kind, time, actor, subjects, digest of the salted payload) will be published; the payload is sealed
    /// under the key of `domain` and stays in the database. Times never run backwards in a leaf's own words: the
    /// sequencer's order decides, not the clock.
    ///
    /// - Parameters:
    ///   - id: the entry's id, when it had to be known before; 32 hexadecimal digits.
    ///   - kind: what happened: 1 to 64 of `a-z 0-9 . - _`.
    ///   - topics: what histories find the entry by; see ``LedgerTopic``.
    ///   - domain: what the payload is about and is erased with, e.g. `model:<id>`.
    /// - Returns: the entry's id.
    /// - Throws: `invalidArgument` for a kind or subject that a leaf cannot hold.
    @discardableResult
    package func record(
        id: String? = nil, kind: String, by actor: Principal, subjects: [LedgerLeaf.Subject] = [], topics: [String],
        domain: String, payload: JSONValue, in tx: any StoreTransaction
    ) throws -> String {
        let entry = try LedgerEntry(
            id: id ?? effects.newID(), kind: kind, milliseconds: effects.nowMilliseconds(), actor: actor.id,
            subjects: subjects, payload: payload, salt: effects.randomBytes(LedgerEntry.saltLength))
        try tx.appendLedgerEntry(
            LedgerEntryRecord(
                id: entry.leaf.id, kind: kind, recordedMilliseconds: entry.leaf.milliseconds, leaf: entry.leaf.bytes,
                sealedPayload: try keyring.seal(
                    entry.salt + entry.payload, domain: Text(domain), context: Self.context(ofEntry: entry.leaf.id)),
                domain: domain, topics: topics))
        try enqueueDeliveries(
            ofEntry: entry.leaf.id, kind: kind, payload: payload, domain: domain, by: actor,
            milliseconds: entry.leaf.milliseconds, in: tx)
        return entry.leaf.id
    }

    /// The payload of an entry, checked against its leaf; `nil` once it is erased.
    ///
    /// - Throws: `corrupt` if the payload is not the one the leaf speaks of.
    package func payload(of entry: LedgerEntryRecord) throws -> JSONValue? {
        guard let opened = try openedPayload(of: entry) else { return nil }
        guard let payload = try? JSONValue(parsing: opened.payload) else {
            throw AssayError(.corrupt, "The payload of ledger entry \(entry.id) is not the one its leaf speaks of.")
        }
        return payload
    }

    /// The payload's bytes and salt, checked against the leaf; `nil` once it is erased.
    ///
    /// - Throws: `corrupt` if the payload is not the one the leaf speaks of.
    func openedPayload(of entry: LedgerEntryRecord) throws -> (salt: [UInt8], payload: [UInt8])? {
        guard let sealed = entry.sealedPayload else { return nil }
        let opened: [UInt8]
        do {
            opened = try keyring.open(sealed, context: Self.context(ofEntry: entry.id))
        } catch let error as AssayError where error.code == .notFound {
            return nil
        }
        let leaf = try LedgerLeaf(parsing: entry.leaf)
        let salt = Array(opened.prefix(LedgerEntry.saltLength))
        let payload = Array(opened.dropFirst(LedgerEntry.saltLength))
        guard salt.count == LedgerEntry.saltLength,
            LedgerEntry.payloadDigest(salt: salt, payload: payload) == leaf.payloadDigest
        else {
            throw AssayError(.corrupt, "The payload of ledger entry \(entry.id) is not the one its leaf speaks of.")
        }
        return (salt, payload)
    }

    private static func context(ofEntry id: String) -> Text { Text("ledger:" + id) }
}
