import AssayTerms
import Glibc

/// Rows written to standard output, or to a file that takes its place only when it is whole.
final class RowOutput {
    private let path: String?
    private let temporary: String?
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    /// - Throws: `unavailable` where the file cannot be made.
    init(path: String?, mode: mode_t = 0o666) throws(AssayError) {
        self.path = path
        guard let path else {
            temporary = nil
            descriptor = STDOUT_FILENO
            return
        }
        let temporary = "\(path).\(getpid()).part"
        self.temporary = temporary
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// For whoever writes to the file itself; nothing may have been written by ``write(_:)``.
    var number: Int32 { descriptor }

    func write(_ bytes: some Sequence<UInt8>) throws(AssayError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Puts the file in its place.
    func finish() throws(AssayError) {
        try flush()
        guard let path, let temporary else { return }
        guard fsync(descriptor) == 0 else { throw failure() }
        // Whatever close answers, the number is another's from here on.
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard isClosed, rename(temporary, path) == 0 else {
            let failure = failure()
            unlink(temporary)
            throw failure
        }
    }

    /// Removes what was begun.
    func abandon() {
        guard let temporary, descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
        descriptor = -1
    }

    private func flush() throws(AssayError) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure() -> AssayError {
        AssayError(.unavailable, "\(path ?? "standard output") cannot be written: \(String(cString: strerror(errno)))")
    }
}
