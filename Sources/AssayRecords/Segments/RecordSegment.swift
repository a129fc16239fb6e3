package import AssayColumns
package import AssayTerms

/// Rows of one kind about one version, column by column: what a gateway writes, ships and the server keeps.
///
/// Predictions and labels have the same form; ``Kind`` says which. Columns whose names begin with `@` are the recorder's own
/// (``RecordColumn``); all others are columns of the request. A column of a request that begins with `@` itself is written with
/// another `@` before it.
package struct RecordSegment: Sendable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case predictions = 1
        /// What became known later of rows that were predicted, by their ids.
        case labels = 2
    }

    package var kind: Kind
    package var model: Text
    /// 0 for labels, which are joined whatever version predicted.
    package var version: Int
    /// The digest of the version's manifest; zeros for labels.
    package var manifest: SHA256Digest
    /// Who wrote it and its number there: the same pair is the same segment, however often it arrives.
    package var writer: Writer
    /// Of how many million predictions so many were recorded.
    package var sampling: Int
    package var rows: RowBlock

    package struct Writer: Hashable, Sendable {
        /// 16 bytes drawn for a journal, or made of a file of labels.
        package var spool: [UInt8]
        package var number: UInt64

        package init(spool: [UInt8], number: UInt64) {
            precondition(spool.count == 16, "a spool's name has 16 bytes")
            self.spool = spool
            self.number = number
        }
    }

    /// All rows were recorded.
    package static let everything = 1_000_000

    package init(
        kind: Kind = .predictions, model: Text, version: Int, manifest: SHA256Digest, writer: Writer, sampling: Int = everything, rows: RowBlock
    ) {
        self.kind = kind
        self.model = model
        self.version = version
        self.manifest = manifest
        self.writer = writer
        self.sampling = sampling
        self.rows = rows
    }
}
