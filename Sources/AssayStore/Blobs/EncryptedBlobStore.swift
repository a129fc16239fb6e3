import AssayCanonical
package import AssayTerms
import Dispatch
import Glibc
import Synchronization

/// Encrypted blobs as files `blobs/<first two digits>/<id>`.
package final class EncryptedBlobStore: BlobStore {
    /// What uploads leave free for the database, which must be able to record that they failed.
    package static let reservedBytes: Int64 = 16 << 20

    private let folder: String
    private let keyring: Keyring
    private let randomBytes: @Sendable (Int) -> [UInt8]
    /// Blobs between the creation of their file and the end of the transaction that mentions them.
    private let inFlight = Mutex<Set<BlobID>>([])
    /// File calls block; they run here, never on Swift's cooperative threads.
    private static let queue = DispatchQueue(label: "assay.blobs", attributes: .concurrent)
    private static let domain: Text = "files"

    package init(folder: String, keyring: Keyring, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.folder = folder
        self.keyring = keyring
        self.randomBytes = randomBytes
    }

    package func write<Chunks: AsyncSequence & Sendable, Value: Sendable>(
        _ chunks: Chunks, expectedBytes: Int64?, mention: @Sendable (StoredBlob) async throws -> Value
    ) async throws -> Value where Chunks.Element == [UInt8] {
        guard let id = BlobID(hex: Hex.encode(randomBytes(16))) else {
            throw AssayError(.internalFault, "A blob id could not be made.")
        }
        inFlight.withLock { _ = $0.insert(id) }
        defer { inFlight.withLock { _ = $0.remove(id) } }
        let stored = try await store(chunks, id: id, expectedBytes: expectedBytes)
        do {
            return try await mention(stored)
        } catch let error as AssayError where error.code == .unavailable {
            throw error
        } catch {
            // Best effort: a file that stays is an orphan.
            try? await remove(id)
            throw error
        }
    }

    package func read(_ id: BlobID, range: Range<Int64>?) -> AsyncThrowingStream<[UInt8], any Error> {
        stream(cursor(id, range))
    }

    package func open(_ id: BlobID, range: Range<Int64>?, digest: SHA256Digest?) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        let cursor = cursor(id, range, range == nil ? digest : nil)
        try await Self.blocking { try cursor.open() }
        return stream(cursor)
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
        let path = BlobPath.file(id, in: folder)
        try await Self.blocking {
            guard unlink(path) == 0 || errno == ENOENT else { throw Disk.failure("The stored file \(id.hex) cannot be removed") }
        }
    }

    package func sweep(
        lastWrittenBefore milliseconds: Int64, mentioned: @Sendable ([BlobID]) async throws -> Set<BlobID>
    ) async throws -> Int {
        var removedCount = 0
        for shelf in BlobPath.shelves {
            try Task.checkCancellation()
            let path = "\(folder)/\(shelf)"
            let names = try await Self.blocking { try Disk.names(in: path, lastWrittenBefore: milliseconds) }
            // Asked for after the names and before the mentions: a blob that is not in flight now was mentioned already, or
            // never will be.
            let busy = inFlight.withLock { $0 }
            let files = names.compactMap { name in BlobPath.id(ofFile: name, onShelf: shelf).map { (name: name, id: $0) } }
                .filter { !busy.contains($0.id) }
            guard !files.isEmpty else { continue }
            let kept = try await mentioned(files.map(\.id))
            let orphans = files.filter { $0.name.hasSuffix(BlobPath.temporaryEnding) || !kept.contains($0.id) }
            removedCount += try await Self.blocking { orphans.count(where: { unlink("\(path)/\($0.name)") == 0 }) }
        }
        return removedCount
    }

    // MARK: - Writing

    /// One batch is on its way to the disk while the next arrives, so two are in memory.
    private func store<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, id: BlobID, expectedBytes: Int64?
    ) async throws -> StoredBlob where Chunks.Element == [UInt8] {
        let key = try keyring.key(domain: Self.domain)
        let folder = folder
        let writer = try await Self.blocking {
            try Self.requireRoom(for: expectedBytes ?? 0, in: folder)
            return try BlobWriter(folder: folder, id: id, key: key)
        }
        defer { writer.abandon() }
        let batchBytes = BlobFormat.batchChunks * BlobFormat.chunkBytes
        return try await withThrowingTaskGroup(of: Void.self) { group in
            var pending: [UInt8] = []
            pending.reserveCapacity(batchBytes + BlobFormat.chunkBytes)
            for try await chunk in chunks {
                pending += chunk
                // The last chunk is written differently, so one byte more than the batch must have come.
                while pending.count > batchBytes {
                    let batch = Array(pending[..<batchBytes])
                    pending.removeFirst(batchBytes)
                    try await group.next()
                    group.addTask {
                        try await Self.blocking {
                            try Self.requireRoom(for: Int64(batch.count), in: folder)
                            try writer.append(batch)
                        }
                    }
                }
            }
            try await group.next()
            let end = pending
            return try await Self.blocking {
                let whole = max(end.count - 1, 0) / BlobFormat.chunkBytes * BlobFormat.chunkBytes
                try writer.append(Array(end[..<whole]))
                return try writer.finish(Array(end[whole...]))
            }
        }
    }

    private static func requireRoom(for bytes: Int64, in folder: String) throws(AssayError) {
        guard let free = Disk.freeBytes(folder), free - reservedBytes < bytes else { return }
        throw AssayError(
            .storageFull,
            "The file could not be stored: the server's disk has no room for it. Make room there and try again. Nothing of it was kept.")
    }

    // MARK: - Reading

    private func cursor(_ id: BlobID, _ range: Range<Int64>?, _ digest: SHA256Digest? = nil) -> BlobCursor {
        BlobCursor(path: BlobPath.file(id, in: folder), id: id, keyring: keyring, range: range, digest: digest)
    }

    private func stream(_ cursor: BlobCursor) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { try await Self.blocking { try cursor.next() } }
    }

    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
