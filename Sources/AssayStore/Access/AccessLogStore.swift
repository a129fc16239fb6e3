package import AssayTerms

/// A record of the access log that stands in no segment yet, sealed.
package struct OpenAccessRecord: Hashable, Sendable {
    package let ordinal: Int64
    package let milliseconds: Int64
    package let sealed: [UInt8]

    package init(ordinal: Int64, milliseconds: Int64, sealed: [UInt8]) {
        self.ordinal = ordinal
        self.milliseconds = milliseconds
        self.sealed = sealed
    }
}

/// A sealed piece of the access log; its digest is an entry of the ledger.
package struct AccessSegment: Hashable, Sendable {
    /// From 1, without gaps.
    package let number: Int64
    package let recordCount: Int
    package let firstMilliseconds: Int64
    package let lastMilliseconds: Int64
    /// The digest of the segment before; of nothing, all zeros.
    package let previous: SHA256Digest
    package let digest: SHA256Digest
    /// `nil` once its time was over.
    package let sealed: [UInt8]?

    package init(
        number: Int64, recordCount: Int, firstMilliseconds: Int64, lastMilliseconds: Int64, previous: SHA256Digest,
        digest: SHA256Digest, sealed: [UInt8]?
    ) {
        self.number = number
        self.recordCount = recordCount
        self.firstMilliseconds = firstMilliseconds
        self.lastMilliseconds = lastMilliseconds
        self.previous = previous
        self.digest = digest
        self.sealed = sealed
    }
}

package protocol AccessLogSnapshot {
    /// Records in no segment yet, oldest first, until their bytes exceed `byteLimit`; at least one if there is any.
    func openAccessRecords(after ordinal: Int64, byteLimit: Int) throws -> [OpenAccessRecord]
    /// How many records stand in no segment, their bytes, and the time of the oldest.
    func openAccessState() throws -> (count: Int, bytes: Int, oldestMilliseconds: Int64?)
    func lastAccessSegment() throws -> AccessSegment?
    /// With bytes.
    func accessSegment(_ number: Int64) throws -> AccessSegment?
    /// Without bytes, newest first: those with a record in the closed range of times.
    func accessSegments(from first: Int64, through last: Int64) throws -> [AccessSegment]
    /// Numbers of segments whose bytes are kept and whose last record is older.
    func accessSegments(endedBefore milliseconds: Int64) throws -> [Int64]
}

package protocol AccessLogTransaction: AccessLogSnapshot {
    func insertAccessRecord(atMilliseconds time: Int64, sealed: [UInt8]) throws
    /// Puts the segment in the place of the records up to `ordinal`.
    func insertAccessSegment(_ segment: AccessSegment, replacingThrough ordinal: Int64) throws
    /// Forgets the bytes; the digest stays.
    func eraseAccessSegment(_ number: Int64) throws
}
