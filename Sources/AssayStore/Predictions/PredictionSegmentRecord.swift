package import AssayTerms

/// A segment of prediction records, or of labels for them, as the store knows it: what it holds stands in a blob.
package struct PredictionSegmentRecord: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case predictions, labels
    }

    /// 0 before it is inserted; it orders what arrived.
    package var ordinal: Int64
    /// 32 hexadecimal digits.
    package let id: String
    package let kind: Kind
    /// Who wrote it and its number there; the pair is one segment, however often it arrives.
    package let spool: [UInt8]
    package let number: Int64
    package let modelID: String
    /// `nil` for labels, which belong to whatever version predicted.
    package let versionID: String?
    package let version: Int?
    package let manifest: SHA256Digest?
    /// As received; what is erased later still counts here.
    package let rowCount: Int
    /// Rows that were answers to somebody: neither failures nor shadows.
    package let answeredCount: Int
    /// The version's answered rows in segments before this one.
    package var answeredBefore: Int64
    /// Microseconds since 1970, UTC; of labels when they arrived.
    package let firstMicroseconds: Int64
    package let lastMicroseconds: Int64
    package let sampling: Int
    /// Of the bytes as received, or as they are since an erasure.
    package var digest: SHA256Digest
    /// `nil` once all of it is erased.
    package var blob: BlobID?
    /// How often rows were erased out of it; part of the name of its key.
    package var generation: Int
    package var erasedRowCount: Int
    package let receivedMilliseconds: Int64
    package let makerID: String
    package let makerName: Text

    package init(
        ordinal: Int64 = 0, id: String, kind: Kind, spool: [UInt8], number: Int64, modelID: String, versionID: String?, version: Int?,
        manifest: SHA256Digest?, rowCount: Int, answeredCount: Int, answeredBefore: Int64 = 0, firstMicroseconds: Int64,
        lastMicroseconds: Int64, sampling: Int, digest: SHA256Digest, blob: BlobID?, generation: Int = 0, erasedRowCount: Int = 0,
        receivedMilliseconds: Int64, makerID: String, makerName: Text
    ) {
        self.ordinal = ordinal
        self.id = id
        self.kind = kind
        self.spool = spool
        self.number = number
        self.modelID = modelID
        self.versionID = versionID
        self.version = version
        self.manifest = manifest
        self.rowCount = rowCount
        self.answeredCount = answeredCount
        self.answeredBefore = answeredBefore
        self.firstMicroseconds = firstMicroseconds
        self.lastMicroseconds = lastMicroseconds
        self.sampling = sampling
        self.digest = digest
        self.blob = blob
        self.generation = generation
        self.erasedRowCount = erasedRowCount
        self.receivedMilliseconds = receivedMilliseconds
        self.makerID = makerID
        self.makerName = makerName
    }
}
