package import AssayJSON
import AssayLedger
import AssayLedgerFormat
package import AssayTerms

/// An entry of the log as people read it.
package struct HistoryEntry: Sendable {
    package let id: String
    /// The order of recording, from 1.
    package let ordinal: Int64
    package let kind: String
    /// Milliseconds since 1970.
    package let recordedMilliseconds: Int64
    /// The pseudonymous id that stands in the leaf.
    package let actorID: String
    /// The actor's name, where it is known.
    package let actorName: Text?
    /// The place in the log; `nil` until the sequencer has given one, which takes a second.
    package let index: Int64?
    /// What happened in detail; `nil` once erased.
    package let payload: JSONValue?

    package init(
        id: String, ordinal: Int64, kind: String, recordedMilliseconds: Int64, actorID: String, actorName: Text?, index: Int64?,
        payload: JSONValue?
    ) {
        self.id = id
        self.ordinal = ordinal
        self.kind = kind
        self.recordedMilliseconds = recordedMilliseconds
        self.actorID = actorID
        self.actorName = actorName
        self.index = index
        self.payload = payload
    }

    /// RFC 3339 in UTC, with milliseconds.
    package var time: String { LedgerTime.text(milliseconds: recordedMilliseconds) ?? "" }

    /// `recorded`, `sequenced` or `published`, in a log of which `publishedSize` entries are published.
    package func state(publishedSize: UInt64) -> String {
        LedgerEntryState(index: index.flatMap(UInt64.init(exactly:)), publishedSize: publishedSize).rawValue
    }
}
