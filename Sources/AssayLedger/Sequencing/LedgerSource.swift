/// The recorded entries, as the sequencer needs them; the store stands behind it.
package protocol LedgerSource: Sendable {
    /// Entries without an index in the order they were recorded, at most `limit`.
    func unsequenced(limit: Int) async throws -> [UnsequencedEntry]
    /// Gives `entries` the indexes from `firstIndex` on, durably, in a transaction of its own.
    ///
    /// - Throws: `conflict` if `firstIndex` is not the next index, or an entry has an index already; nothing is
    ///   changed then.
    func assign(firstIndex: UInt64, to entries: [UnsequencedEntry]) async throws
    /// How many entries have an index; the next index to give.
    func sequencedCount() async throws -> UInt64
    /// The leaves with indexes in `range`, all of them sequenced, in order.
    func leaves(in range: Range<UInt64>) async throws -> [[UInt8]]
}

/// A recorded entry that waits for its index.
package struct UnsequencedEntry: Hashable, Sendable {
    package let id: String
    /// The order of recording, if the store counts it.
    package let ordinal: Int64

    package init(id: String, ordinal: Int64) {
        self.id = id
        self.ordinal = ordinal
    }
}

/// How far an entry has come.
package enum LedgerEntryState: String, Sendable, CaseIterable {
    /// Durable with the change it tells of.
    case recorded
    /// It has an index, but no signed checkpoint covers it yet.
    case sequenced
    /// A signed checkpoint covers it; a proof can be asked for.
    case published

    /// The state of an entry with `index` in a log of which `publishedSize` entries are published.
    package init(index: UInt64?, publishedSize: UInt64) {
        guard let index else {
            self = .recorded
            return
        }
        self = index < publishedSize ? .published : .sequenced
    }
}
