package import AssayTerms

/// Bytes by random id, encrypted at rest. Which content has which blob is a record in the database, within one erasure
/// domain; the blob itself names nothing.
///
/// Order of a write: blob file, fsync, rename, fsync of the folder, then the transaction that mentions it. A crash in
/// between leaves an orphan, which ``sweep(lastWrittenBefore:mentioned:)`` removes, never a record without bytes.
package protocol BlobStore: Sendable {
    /// Encrypts and keeps `chunks`, and calls `mention` once they are durable, for the transaction that mentions them.
    /// Until `mention` returns no sweep touches the blob.
    ///
    /// - Parameter expectedBytes: how much is announced; refused at once where the disk has no room for it.
    /// - Throws: what `chunks` throws; `storageFull` where the disk is, `unavailable` when it refuses otherwise. Nothing is
    ///   kept then. When `mention` throws, the blob is removed, unless the error is `unavailable`: then the mention may be
    ///   there, and a sweep decides.
    func write<Chunks: AsyncSequence & Sendable, Value: Sendable>(
        _ chunks: Chunks, expectedBytes: Int64?, mention: @Sendable (StoredBlob) async throws -> Value
    ) async throws -> Value where Chunks.Element == [UInt8]

    /// The plain bytes in `range` (all of them without one), chunk by chunk, each authenticated before it is handed out.
    /// The file is opened at the first of them.
    ///
    /// - Throws: `notFound` for an unknown id, `corrupt` for bytes that do not authenticate or a file cut short.
    func read(_ id: BlobID, range: Range<Int64>?) -> AsyncThrowingStream<[UInt8], any Error>

    /// As ``read(_:range:)``, with the file opened already: what is removed afterwards is still read to its end.
    ///
    /// - Parameter digest: of the plain bytes as the record has it. Without a range the stream throws `corrupt` in its last piece's place if
    ///   they have another: which record names which blob, the blob cannot authenticate. A range is not held against it.
    func open(_ id: BlobID, range: Range<Int64>?, digest: SHA256Digest?) async throws -> AsyncThrowingStream<[UInt8], any Error>

    /// The whole blob in memory, at most `limit` plain bytes.
    func readAll(_ id: BlobID, limit: Int) async throws -> [UInt8]

    /// Removes the file; unknown ids are ignored.
    func remove(_ id: BlobID) async throws

    /// Removes files last written before `milliseconds` since 1970 that no write in this process is at work on and that are
    /// temporary, or not among what `mentioned` answers for their ids. Files of other names are left alone.
    ///
    /// - Returns: how many files were removed.
    /// - Complexity: one shelf's names are in memory at a time, a 256th of all.
    func sweep(
        lastWrittenBefore milliseconds: Int64, mentioned: @Sendable ([BlobID]) async throws -> Set<BlobID>
    ) async throws -> Int
}

extension BlobStore {
    /// Keeps `chunks` for a caller who mentions them later. Only their age keeps a sweep from them meanwhile, so this is for
    /// those who work on a data directory alone.
    package func write<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) async throws -> StoredBlob
    where Chunks.Element == [UInt8] {
        try await write(chunks, expectedBytes: nil) { $0 }
    }
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
