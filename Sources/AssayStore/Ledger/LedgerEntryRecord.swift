/// An entry of the log as the database keeps it.
///
/// Its life: *recorded* with the change it tells of, in the same savepoint and without an index; *sequenced* when the
/// sequencer gives it the next index; *published* when a signed checkpoint covers it. The leaf is what is hashed and
/// published; the payload stays here, sealed under the key of its domain.
package struct LedgerEntryRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    /// What happened, e.g. `version.registered`.
    package let kind: String
    package let recordedMilliseconds: Int64
    package let leaf: [UInt8]
    /// Payload and salt, encrypted; `nil` once erased.
    package let sealedPayload: [UInt8]?
    /// The erasure domain whose key seals the payload.
    package let domain: String
    /// What the entry is about, for histories: e.g. `model:<id>`. Sorted, without repeats.
    package let topics: [String]
    /// The order of recording, from 1. Only the store sets it.
    package let ordinal: Int64
    /// The place in the log, from 0; `nil` until sequenced.
    package let index: Int64?

    package init(
        id: String, kind: String, recordedMilliseconds: Int64, leaf: [UInt8], sealedPayload: [UInt8]?, domain: String,
        topics: some Sequence<String>, ordinal: Int64 = 0, index: Int64? = nil
    ) {
        self.id = id
        self.kind = kind
        self.recordedMilliseconds = recordedMilliseconds
        self.leaf = leaf
        self.sealedPayload = sealedPayload
        self.domain = domain
        self.topics = Set(topics).sorted()
        self.ordinal = ordinal
        self.index = index
    }
}
