import AssayServer
import AssayTerms
import Glibc

/// Whole files that are small by nature: schemas read, results written.
enum SmallFile {
    static let byteLimit = 16 << 20
    /// Of profiles, which grow with the columns.
    static let profileLimit = 512 << 20

    /// - Parameter isRegular: whether to refuse pipes and devices, and not to wait for them: for what an auditor was handed.
    /// - Throws: `notFound`, `unreadable`, or `limitExceeded` beyond `limit`, which is 16 MiB.
    static func bytes(of path: String, limit: Int = byteLimit, isRegular: Bool = false) throws(AssayError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (isRegular ? O_NONBLOCK | O_NOCTTY : 0))
        guard descriptor >= 0 else {
            throw AssayError(
                errno == ENOENT ? .notFound : .unreadable, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard !isRegular || FileKind.isRegular(descriptor: descriptor) else {
            throw AssayError(.unreadable, "\(path) is not a regular file; nothing else is read")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw AssayError(.unreadable, "\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw AssayError(.limitExceeded, "\(path) has more than \(limit >> 20) MiB")
            }
        }
    }

    /// Writes a new file and puts it in `path`'s place at once: readers see the old file or the whole new one.
    ///
    /// - Throws: `unavailable` where the folder or disk does not take it; then nothing is left behind.
    static func replace(_ path: String, with bytes: [UInt8]) throws(AssayError) {
        // A link is followed, so that the file it names is replaced and not the link.
        let target = realpath(path, nil).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        let final = target ?? path
        let temporary = "\(final).\(getpid()).part"
        func failed(_ what: String) -> AssayError {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return AssayError(.unavailable, "\(path) cannot be \(what): \(reason)")
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failed("written")
                close(descriptor)
                throw error
            }
            written += count
        }
        guard fsync(descriptor) == 0 else {
            let error = failed("written")
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw failed("written") }
        guard rename(temporary, final) == 0 else { throw failed("replaced") }
    }
}
