package import AssayTerms
import Glibc

/// The few file operations the store needs, each durable when it returns.
package enum Disk {
    package static func errorText() -> String { String(cString: strerror(errno)) }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Creates `path` and what is missing above it with mode 0700; one that exists is left as it is.
    package static func createDirectory(_ path: String) throws(AssayError) {
        if isDirectory(path) { return }
        if let cut = path.lastIndex(of: "/"), cut != path.startIndex { try createDirectory(String(path[..<cut])) }
        if mkdir(path, 0o700) != 0, errno != EEXIST || !isDirectory(path) {
            throw AssayError(.unavailable, "The folder \(path) cannot be created: \(errorText()). Check its permissions and the disk.")
        }
    }

    /// The bytes of a file of at most `limit` bytes; `nil` if there is none.
    package static func read(_ path: String, limit: Int) throws(AssayError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw AssayError(.unavailable, "\(path) cannot be read: \(errorText()).")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw AssayError(.unavailable, "\(path) cannot be read: \(errorText()).")
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw AssayError(.limitExceeded, "\(path) is larger than \(limit) bytes.")
            }
            bytes += chunk[..<count]
        }
    }

    /// Writes a new file through a temporary one: it is there whole, or not at all. Never replaces an existing file.
    package static func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(AssayError) {
        let temporary = path + ".tmp"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "\(path) cannot be written: \(errorText()).")
        }
        var failure = writeAll(descriptor, bytes) && fsync(descriptor) == 0 ? nil : errorText()
        close(descriptor)
        if failure == nil, link(temporary, path) != 0 { failure = errorText() }
        unlink(temporary)
        if let failure { throw AssayError(.unavailable, "\(path) cannot be written: \(failure).") }
        try syncDirectory(of: path)
    }

    /// Makes the names in the folder that holds `path` durable.
    package static func syncDirectory(of path: String) throws(AssayError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(folder) cannot be opened: \(errorText()).") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw AssayError(.unavailable, "\(folder) cannot be synced: \(errorText()).") }
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                written += count
            }
            return true
        }
    }
}
