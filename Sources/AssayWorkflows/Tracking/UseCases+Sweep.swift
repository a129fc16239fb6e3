import AssayStore

extension UseCases {
    /// Removes what uploads left behind that were cut off by a crash: files of the blob store last written before
    /// `milliseconds` since 1970 that no record mentions and no upload of this process is at work on.
    ///
    /// - Returns: how many files were removed.
    package func sweepBlobs(lastWrittenBefore milliseconds: Int64) async throws -> Int {
        let store = store
        return try await blobs.sweep(lastWrittenBefore: milliseconds) { ids in try await store.read { try $0.mentioned(ids) } }
    }
}
