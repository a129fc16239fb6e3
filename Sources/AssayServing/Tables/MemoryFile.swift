import AssayTerms
import Glibc
import Synchronization

/// Bytes behind a descriptor without a file anyone else can see: a shared-memory object whose name is gone before its
/// first byte is written. Arrow reads files by descriptor only.
enum MemoryFile {
    private static let counter = Mutex<UInt64>(0)

    static func withDescriptor<Result>(
        _ bytes: [UInt8], _ body: (Int32) throws(AssayError) -> Result
    ) throws(AssayError) -> Result {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let name = "/assay-\(getpid())-\(number)"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "shared memory cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        shm_unlink(name)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(.unavailable, "shared memory cannot be written: \(String(cString: strerror(errno)))")
            }
            written += count
        }
        return try body(descriptor)
    }
}
