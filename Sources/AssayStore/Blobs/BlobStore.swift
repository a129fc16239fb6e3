package import AssayTerms

/// Bytes by random id, encrypted at rest. Which content has which blob is a record in the database, within one erasure
/// domain; the blob itself names nothing.
///
/// Order of a write: blob file, fsync, rename, fsync of the folder, then the transaction that mentions it. A crash in
/// between leaves an orphan, which is swept, never a record without bytes.
package protocol BlobStore: Sendable {
    /// Encrypts and keeps `chunks`; durable when it returns.
    ///
    /// - Throws: what `chunks` throws; `unavailable` when the disk refuses. Nothing is kept then.
    func write<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) async throws -> StoredBlob
    where Chunks.Element == [UInt8]

    /// The plain bytes in `range` (all of them without one), chunk by chunk, each authenticated before it is handed out.
    ///
    /// - Throws: `notFound` for an unknown id, `corrupt` for bytes that do not authenticate or a file cut short.
    func read(_ id: BlobID, range: Range<Int64>?) -> AsyncThrowingStream<[UInt8], any Error>

    /// The whole blob in memory, at most `limit` plain bytes.
    func readAll(_ id: BlobID, limit: Int) async throws -> [UInt8]

    /// Removes the file; unknown ids are ignored.
    func remove(_ id: BlobID) async throws
}

/// The random name of a blob: 32 hexadecimal digits.
package struct BlobID: Hashable, Sendable {
    package let hex: String

    /// `nil` unless `hex` is 32 lower-case hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 32, Hex.decode(hex) != nil else { return nil }
        self.hex = hex
    }
}

/// What a finished write knows about its content.
package struct StoredBlob: Hashable, Sendable {
    package let id: BlobID
    /// Plain bytes.
    package let size: Int64
    package let digest: SHA256Digest

    package init(id: BlobID, size: Int64, digest: SHA256Digest) {
        self.id = id
        self.size = size
        self.digest = digest
    }
}
