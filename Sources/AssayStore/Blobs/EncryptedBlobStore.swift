import AssayCanonical
import AssayTerms
import Dispatch
import Glibc

/// Encrypted blobs as files `blobs/<first two digits>/<id>`.
package struct EncryptedBlobStore: BlobStore {
    private let folder: String
    private let keyring: Keyring
    private let randomBytes: @Sendable (Int) -> [UInt8]
    /// File calls block; they run here, never on Swift's cooperative threads.
    private static let queue = DispatchQueue(label: "assay.blobs", attributes: .concurrent)
    private static let domain: Text = "files"

    package init(folder: String, keyring: Keyring, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.folder = folder
        self.keyring = keyring
        self.randomBytes = randomBytes
    }

    package func write<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) async throws -> StoredBlob
    where Chunks.Element == [UInt8] {
        guard let id = BlobID(hex: Hex.encode(randomBytes(16))) else {
            throw AssayError(.internalFault, "A blob id could not be made.")
        }
        let key = try keyring.key(domain: Self.domain)
        var writer = try await Self.blocking { try BlobWriter(folder: folder, id: id, key: key) }
        do {
            for try await chunk in chunks {
                writer.append(chunk)
                if writer.hasFullChunk { writer = try await Self.flushing(writer) }
            }
            let finished = writer
            return try await Self.blocking { try finished.finish() }
        } catch {
            writer.abandon()
            throw error
        }
    }

    package func read(_ id: BlobID, range: Range<Int64>?) -> AsyncThrowingStream<[UInt8], any Error> {
        let cursor = BlobCursor(path: path(of: id), id: id, keyring: keyring, range: range)
        return AsyncThrowingStream { try await Self.blocking { try cursor.next() } }
    }

    package func readAll(_ id: BlobID, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in read(id, range: nil) {
            guard bytes.count + chunk.count <= limit else {
                throw AssayError(.limitExceeded, "A stored file is larger than the \(limit) bytes allowed here.")
            }
            bytes += chunk
        }
        return bytes
    }

    package func remove(_ id: BlobID) async throws {
        let path = path(of: id)
        _ = try await Self.blocking { unlink(path) }
    }

    private func path(of id: BlobID) -> String { "\(folder)/\(id.hex.prefix(2))/\(id.hex)" }

    private static func flushing(_ writer: BlobWriter) async throws -> BlobWriter {
        try await blocking {
            var writer = writer
            try writer.flushFullChunks()
            return writer
        }
    }

    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
