package import AssayTerms
import CSandbox
import Glibc

/// A file that exists in memory only and is gone when the last descriptor of it is closed: how decrypted bytes reach a
/// runner without touching a disk.
package final class MemoryFile: Sendable {
    /// Open for reading and writing until this object is released.
    package let descriptor: Int32

    /// - Throws: `unavailable` where the system gives none.
    package init() throws(AssayError) {
        descriptor = assay_memory_file("input")
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "no memory file can be made: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Adds bytes at the end.
    ///
    /// - Throws: `limitExceeded` where memory has run out.
    package func append(_ bytes: [UInt8]) throws(AssayError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(
                    .limitExceeded, "the files do not fit into memory: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }

    /// Throws away what was written, where that is more than `limit` bytes; who writes goes on at the beginning.
    package func empty(beyond limit: Int) {
        guard lseek(descriptor, 0, SEEK_END) > off_t(limit) else { return }
        _ = ftruncate(descriptor, 0)
        _ = lseek(descriptor, 0, SEEK_SET)
    }

    /// The first bytes of the file, wherever it was written from.
    package func head(_ limit: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = pread(descriptor, &bytes, limit, 0)
        return Array(bytes.prefix(max(count, 0)))
    }
}
