import AssayTerms
import Glibc

/// A file that one process holds at a time; it ends with the process.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `conflict` with `refusal` if it is held; `unavailable` if it cannot be made.
    init(_ path: String, refusal: String) throws(AssayError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "'\(path)' cannot be made: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw AssayError(.conflict, refusal)
        }
    }

    deinit { close(descriptor) }
}
