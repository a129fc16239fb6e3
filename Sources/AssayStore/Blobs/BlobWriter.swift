import AssayCanonical
import AssayTerms
import Glibc

/// A blob on its way to the disk: a temporary file until `finish` has made it durable and given it its name.
struct BlobWriter: Sendable {
    private let id: BlobID
    private let header: [UInt8]
    private let cipher: AES256GCM
    private let temporary: String
    private let final: String
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private var chunkCount: Int64 = 0
    private var size: Int64 = 0
    private var hasher = SHA256Hasher()

    init(folder: String, id: BlobID, key: DataKey) throws(AssayError) {
        self.id = id
        header = BlobFormat.header(keyID: key.id, id: id)
        cipher = try BlobFormat.cipher(key, id: id)
        let shelf = "\(folder)/\(id.hex.prefix(2))"
        if !Disk.isDirectory(shelf) {
            try Disk.createDirectory(shelf)
            try Disk.syncDirectory(of: shelf)
        }
        final = "\(shelf)/\(id.hex)"
        temporary = final + ".tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.refused() }
        guard Disk.writeAll(descriptor, header) else {
            let error = Self.refused()
            abandon()
            throw error
        }
    }

    var hasFullChunk: Bool { pending.count > BlobFormat.chunkBytes }

    mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// Writes every chunk that is certainly not the last one.
    mutating func flushFullChunks() throws {
        var start = 0
        while pending.count - start > BlobFormat.chunkBytes {
            try write(Array(pending[start..<(start + BlobFormat.chunkBytes)]), isLast: false)
            start += BlobFormat.chunkBytes
        }
        pending.removeFirst(start)
    }

    func finish() throws -> StoredBlob {
        var last = self
        try last.flushFullChunks()
        try last.write(last.pending, isLast: true)
        guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, final) == 0 else { throw Self.refused() }
        try Disk.syncDirectory(of: final)
        return StoredBlob(id: id, size: last.size, digest: last.hasher.finish())
    }

    /// Leaves nothing behind.
    func abandon() {
        close(descriptor)
        unlink(temporary)
    }

    private mutating func write(_ plain: [UInt8], isLast: Bool) throws {
        guard chunkCount < BlobFormat.chunkCountLimit else { throw AssayError(.limitExceeded, "A file larger than 256 TiB cannot be stored.") }
        hasher.update(plain)
        size += Int64(plain.count)
        let sealed = try cipher.seal(
            plain, nonce: BlobFormat.nonce(chunk: chunkCount, isLast: isLast), associatedData: header)
        guard Disk.writeAll(descriptor, sealed) else { throw Self.refused() }
        chunkCount += 1
    }

    private static func refused() -> AssayError {
        AssayError(.unavailable, "The file could not be stored: \(Disk.errorText()). Nothing of it was kept.")
    }
}
