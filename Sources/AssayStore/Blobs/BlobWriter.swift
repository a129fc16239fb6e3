import AssayCanonical
import AssayTerms
import Glibc
import Synchronization

/// A blob on its way to the disk: a temporary file until `finish` has made it durable and given it its name.
///
/// Calls come one after the other, from whichever thread may block; the lock lets them come from different ones.
final class BlobWriter: Sendable {
    private struct State {
        /// `nil` once the file was finished or abandoned.
        var descriptor: Int32?
        var chunkCount: Int64 = 0
        var size: Int64 = 0
        var hasher = SHA256Hasher()
        /// Ciphertext of one batch, kept for its memory.
        var sealed: [UInt8] = []
    }

    private let id: BlobID
    private let header: [UInt8]
    private let cipher: AES256GCM
    private let temporary: String
    private let final: String
    private let state: Mutex<State>

    init(folder: String, id: BlobID, key: DataKey) throws(AssayError) {
        self.id = id
        header = BlobFormat.header(keyID: key.id, id: id)
        cipher = try BlobFormat.cipher(key, id: id)
        let shelf = BlobPath.shelf(of: id, in: folder)
        if !Disk.isDirectory(shelf) {
            try Disk.createDirectory(shelf)
            try Disk.syncDirectory(of: shelf)
        }
        final = BlobPath.file(id, in: folder)
        temporary = final + BlobPath.temporaryEnding
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.refused() }
        state = Mutex(State(descriptor: descriptor))
        guard Disk.writeAll(descriptor, header) else {
            let error = Self.refused()
            abandon()
            throw error
        }
    }

    deinit { abandon() }

    /// Writes whole chunks, none of which is the last.
    ///
    /// - Precondition: `bytes` is a whole number of chunks.
    func append(_ bytes: [UInt8]) throws {
        precondition(bytes.count.isMultiple(of: BlobFormat.chunkBytes), "only the last chunk may be short")
        try state.withLock { state in
            state.sealed.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: bytes.count, by: BlobFormat.chunkBytes) {
                try seal(bytes[start..<(start + BlobFormat.chunkBytes)], isLast: false, &state)
            }
            try writeSealed(&state)
        }
    }

    /// Writes the last chunk and makes the file durable under its name.
    ///
    /// - Precondition: `last` is at most one chunk.
    func finish(_ last: [UInt8]) throws -> StoredBlob {
        precondition(last.count <= BlobFormat.chunkBytes, "more than the last chunk")
        return try state.withLock { state in
            state.sealed.removeAll(keepingCapacity: true)
            try seal(last[...], isLast: true, &state)
            try writeSealed(&state)
            guard let descriptor = state.descriptor, fsync(descriptor) == 0 else { throw Self.refused() }
            state.descriptor = nil
            guard close(descriptor) == 0, rename(temporary, final) == 0 else {
                let error = Self.refused()
                unlink(temporary)
                throw error
            }
            try Disk.syncDirectory(of: final)
            return StoredBlob(id: id, size: state.size, digest: state.hasher.finish())
        }
    }

    /// Leaves nothing behind of a file that was not finished; does nothing after `finish`.
    func abandon() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            state.descriptor = nil
            close(descriptor)
            unlink(temporary)
        }
    }

    private func seal(_ plain: ArraySlice<UInt8>, isLast: Bool, _ state: inout State) throws {
        guard state.chunkCount < BlobFormat.chunkCountLimit else {
            throw AssayError(.limitExceeded, "A file larger than 256 TiB cannot be stored.")
        }
        state.hasher.update(plain)
        state.size += Int64(plain.count)
        try cipher.seal(
            plain, nonce: BlobFormat.nonce(chunk: state.chunkCount, isLast: isLast), associatedData: header,
            appendingTo: &state.sealed)
        state.chunkCount += 1
    }

    private func writeSealed(_ state: inout State) throws {
        guard let descriptor = state.descriptor, Disk.writeAll(descriptor, state.sealed) else { throw Self.refused() }
    }

    private static func refused() -> AssayError {
        Disk.failure("The file could not be stored", ending: "Nothing of it was kept.")
    }
}
