/// The log's entries, read.
package protocol LedgerSnapshot {
    func ledgerEntry(id: String) throws -> LedgerEntryRecord?
    func ledgerEntry(index: Int64) throws -> LedgerEntryRecord?
    /// How many entries have an index; the next index to give.
    func sequencedCount() throws -> Int64
    /// Entries without an index in the order they were recorded, at most `limit`.
    func unsequencedEntries(limit: Int) throws -> [LedgerEntryRecord]
    /// The leaves with indexes in `range`, in order; fewer at the end of what is sequenced.
    func ledgerLeaves(_ range: Range<Int64>) throws -> [[UInt8]]
    /// Entries about any of `topics` in the order they were recorded, each once, at most `limit` after ordinal `after`.
    func ledgerEntries(about topics: [String], after: Int64, limit: Int) throws -> [LedgerEntryRecord]
    /// The ordinal of the entry about `topic` that was recorded last; 0 without one.
    func newestOrdinal(about topic: String) throws -> Int64
    /// As ``ledgerEntries(after:limit:)``, without the seals of runs.
    func decidingEntries(after: Int64, limit: Int) throws -> [LedgerEntryRecord]
    /// How many places of the log have no entry, up to the last that was given.
    func missingEntryCount() throws -> Int64
    /// The first entry, in the order of recording, whose recorded time is beyond the moment.
    func firstOrdinal(recordedAfter milliseconds: Int64) throws -> Int64?
    /// The entry of `kind` about `topic` that was recorded last.
    func newestLedgerEntry(about topic: String, kind: String) throws -> LedgerEntryRecord?
    /// Entries recorded after ordinal `after` in order, at most `limit`.
    func ledgerEntries(after: Int64, limit: Int) throws -> [LedgerEntryRecord]
}

/// The log's entries, added to. Nothing here changes a leaf or removes one.
package protocol LedgerTransaction: LedgerSnapshot {
    /// Records an entry; its `ordinal` and `index` are ignored.
    ///
    /// - Throws: `alreadyExists` if the id is taken.
    func appendLedgerEntry(_ entry: LedgerEntryRecord) throws
    /// Gives the entry of each ordinal the next index, in the order of `ordinals`, and answers the first index given.
    ///
    /// - Throws: `conflict` if an entry is unknown or has an index already, or an older entry would be passed over.
    func assignLedgerIndexes(toOrdinals ordinals: [Int64]) throws -> Int64
    /// Destroys a payload; the leaf stays.
    func eraseLedgerPayload(id: String) throws
}
