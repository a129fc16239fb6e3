import AssayStore

/// The bytes of parts, one part after the other, a batch in memory at a time.
struct PartBytes: AsyncSequence, Sendable {
    let parts: [UploadPart]
    let blobs: any BlobStore

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var rest: ArraySlice<UploadPart>
        fileprivate let blobs: any BlobStore
        fileprivate var current: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator?

        @concurrent mutating func next() async throws -> [UInt8]? {
            while true {
                if var iterator = current {
                    let bytes = try await iterator.next()
                    current = bytes == nil ? nil : iterator
                    if let bytes { return bytes }
                }
                guard let part = rest.popFirst() else { return nil }
                current = blobs.read(part.blob, range: nil).makeAsyncIterator()
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: parts[...], blobs: blobs, current: nil) }
}
