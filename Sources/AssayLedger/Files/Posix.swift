import AssayTerms
import Glibc

/// System calls with their errors in words.
enum Posix {
    /// The file's bytes; `nil` if there is none.
    static func read(_ path: String) throws(AssayError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                throw failure("read", path)
            }
        }
    }

    /// Writes all bytes and waits until they are durable.
    static func write(_ bytes: [UInt8], to path: String, flags: Int32, mode: mode_t) throws(AssayError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, mode)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw failure("write", path)
            }
        }
        guard fsync(descriptor) == 0 else { throw failure("make durable", path) }
    }

    /// Puts `bytes` at `path` in one step, durably.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(AssayError) {
        let incoming = path + ".incoming"
        _ = unlink(incoming)
        try write(bytes, to: incoming, flags: O_CREAT | O_EXCL, mode: mode)
        guard rename(incoming, path) == 0 else { throw failure("rename a file to", path) }
        try syncFolder(LedgerPath.parent(ofFile: path))
    }

    static func syncFolder(_ path: String) throws(AssayError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open the folder", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("make durable the folder", path) }
    }

    static func failure(_ what: String, _ path: String) -> AssayError {
        AssayError(.unavailable, "cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
