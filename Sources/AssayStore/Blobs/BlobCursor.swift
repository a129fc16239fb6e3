import AssayCanonical
import AssayTerms
import Glibc
import Synchronization

/// Walks the chunks of one blob that cover a range of plain bytes. One chunk is in memory at a time.
final class BlobCursor: Sendable {
    private struct Opened {
        let descriptor: Int32
        let header: [UInt8]
        let cipher: AES256GCM
        let chunkCount: Int64
        let fileBytes: Int64
        let range: Range<Int64>
        var chunk: Int64
    }

    private let path: String
    private let id: BlobID
    private let keyring: Keyring
    private let range: Range<Int64>?
    private let state = Mutex<Opened?>(nil)

    init(path: String, id: BlobID, keyring: Keyring, range: Range<Int64>?) {
        self.path = path
        self.id = id
        self.keyring = keyring
        self.range = range
    }

    deinit { state.withLock { if let opened = $0 { close(opened.descriptor) } } }

    /// The next piece of the range, or `nil` at its end.
    func next() throws -> [UInt8]? {
        try state.withLock { state in
            var opened = try state ?? open()
            defer { state = opened }
            let start = opened.chunk * Int64(BlobFormat.chunkBytes)
            let isPastEnd = opened.chunk >= opened.chunkCount || (start >= opened.range.upperBound && opened.chunk > 0)
            if isPastEnd || opened.range.isEmpty && opened.chunk > 0 { return nil }
            let plain = try readChunk(opened)
            opened.chunk += 1
            let low = max(opened.range.lowerBound - start, 0)
            let high = min(opened.range.upperBound - start, Int64(plain.count))
            return low < high ? Array(plain[Int(low)..<Int(high)]) : []
        }
    }

    private func open() throws -> Opened {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.notFound, "The stored file \(id.hex) is not there.") }
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

    private func readChunk(_ opened: Opened) throws -> [UInt8] {
        let offset = Int64(BlobFormat.headerBytes) + opened.chunk * Int64(BlobFormat.sealedChunkBytes)
        let count = min(Int64(BlobFormat.sealedChunkBytes), opened.fileBytes - offset)
        let sealed = try read(opened.descriptor, at: offset, count: Int(count))
        let nonce = BlobFormat.nonce(chunk: opened.chunk, isLast: opened.chunk == opened.chunkCount - 1)
        do {
            return try opened.cipher.open(sealed, nonce: nonce, associatedData: opened.header)
        } catch {
            throw damaged("does not authenticate from byte \(offset) on")
        }
    }

    private func read(_ descriptor: Int32, at offset: Int64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress?.advanced(by: done), count - done, off_t(offset) + off_t(done)) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw damaged("was cut short") }
            done += got
        }
        return bytes
    }

    private func damaged(_ how: String) -> AssayError {
        AssayError(.corrupt, "The stored file \(id.hex) \(how). Restore it from a backup.")
    }
}
