import AssayCanonical
import AssayTerms
import Glibc
import Synchronization

/// Walks the chunks of one blob that cover a range of plain bytes. One batch of chunks is in memory at a time.
final class BlobCursor: Sendable {
    private struct Opened {
        let descriptor: Int32
        let header: [UInt8]
        let cipher: AES256GCM
        let chunkCount: Int64
        let fileBytes: Int64
        let range: Range<Int64>
        var chunk: Int64
        var hasher = SHA256Hasher()
    }

    private let path: String
    private let id: BlobID
    private let keyring: Keyring
    private let range: Range<Int64>?
    /// What all bytes together must have, where they are all read.
    private let digest: SHA256Digest?
    private let state = Mutex<Opened?>(nil)

    init(path: String, id: BlobID, keyring: Keyring, range: Range<Int64>?, digest: SHA256Digest? = nil) {
        self.path = path
        self.id = id
        self.keyring = keyring
        self.range = range
        self.digest = digest
    }

    deinit { state.withLock { if let opened = $0 { close(opened.descriptor) } } }

    /// Opens the file if that was not done yet. From then on its bytes can be read, even if the blob is removed.
    func open() throws {
        try state.withLock { if $0 == nil { $0 = try opened() } }
    }

    /// The next piece of the range, or `nil` at its end. At least one chunk is read, also of an empty range, so that a
    /// damaged file never passes for an empty one.
    func next() throws -> [UInt8]? {
        try state.withLock { state in
            var opened = try state ?? opened()
            defer { state = opened }
            let chunkBytes = Int64(BlobFormat.chunkBytes)
            let start = opened.chunk * chunkBytes
            let isPastEnd = opened.chunk >= opened.chunkCount || (start >= opened.range.upperBound && opened.chunk > 0)
            if isPastEnd || opened.range.isEmpty && opened.chunk > 0 { return nil }
            let end = max((opened.range.upperBound + chunkBytes - 1) / chunkBytes, opened.chunk + 1)
            let count = min(end, opened.chunkCount, opened.chunk + Int64(BlobFormat.batchChunks)) - opened.chunk
            var plain = try readChunks(opened, count: count)
            opened.chunk += count
            if let digest {
                opened.hasher.update(plain)
                guard opened.chunk < opened.chunkCount || opened.hasher.finish() == digest else {
                    throw damaged("holds other bytes than its record says")
                }
            }
            let low = Int(max(opened.range.lowerBound - start, 0))
            let high = Int(min(opened.range.upperBound - start, Int64(plain.count)))
            guard low < high else { return [] }
            if high < plain.count { plain.removeLast(plain.count - high) }
            if low > 0 { plain.removeFirst(low) }
            return plain
        }
    }

    private func opened() throws -> Opened {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw Disk.failure("The stored file \(id.hex) could not be opened") }
            throw AssayError(.notFound, "The stored file \(id.hex) is not there.")
        }
        var opened: Opened?
        defer { if opened == nil { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw damaged("cannot be examined") }
        let fileBytes = Int64(status.st_size)
        guard let size = BlobFormat.plainSize(fileBytes: fileBytes) else { throw damaged("was cut short") }
        let header = try read(descriptor, at: 0, count: BlobFormat.headerBytes)
        guard Array(header[..<8]) == BlobFormat.magic else { throw damaged("has a foreign header") }
        let key = try keyring.key(id: Array(header[8..<24]))
        guard header == BlobFormat.header(keyID: key.id, id: id) else { throw damaged("stands under a foreign name") }
        let wanted = (range ?? 0..<size).clamped(to: 0..<size)
        let made = Opened(
            descriptor: descriptor, header: header, cipher: try BlobFormat.cipher(key, id: id),
            chunkCount: max((size + Int64(BlobFormat.chunkBytes) - 1) / Int64(BlobFormat.chunkBytes), 1), fileBytes: fileBytes,
            range: wanted, chunk: wanted.lowerBound / Int64(BlobFormat.chunkBytes))
        opened = made
        return made
    }

    private func readChunks(_ opened: Opened, count: Int64) throws -> [UInt8] {
        let sealedBytes = BlobFormat.sealedChunkBytes
        let offset = Int64(BlobFormat.headerBytes) + opened.chunk * Int64(sealedBytes)
        let sealed = try read(
            opened.descriptor, at: offset, count: Int(min(count * Int64(sealedBytes), opened.fileBytes - offset)))
        var plain: [UInt8] = []
        plain.reserveCapacity(sealed.count)
        for place in 0..<Int(count) {
            let start = place * sealedBytes
            let chunk = opened.chunk + Int64(place)
            let nonce = BlobFormat.nonce(chunk: chunk, isLast: chunk == opened.chunkCount - 1)
            do {
                try opened.cipher.open(
                    sealed[start..<min(start + sealedBytes, sealed.count)], nonce: nonce, associatedData: opened.header,
                    appendingTo: &plain)
            } catch {
                throw damaged("does not authenticate from byte \(offset + Int64(start)) on")
            }
        }
        return plain
    }

    private func read(_ descriptor: Int32, at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset) + off_t(done))
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw Disk.failure("The stored file \(id.hex) could not be read") }
                guard got > 0 else { throw damaged("was cut short") }
                done += got
            }
        }
    }

    private func damaged(_ how: String) -> AssayError {
        AssayError(.corrupt, "The stored file \(id.hex) \(how). Restore it from a backup.")
    }
}
