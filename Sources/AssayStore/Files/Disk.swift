package import AssayTerms
import Glibc

/// The few file operations the store needs, each durable when it returns.
package enum Disk {
    package static func errorText() -> String { String(cString: strerror(errno)) }

    /// What went wrong with the disk by `errno`: `storageFull` where there is no room, `unavailable` otherwise.
    static func failure(_ what: String, ending: String = "Check the disk.") -> AssayError {
        let number = errno
        let reason = String(cString: strerror(number))
        guard number == ENOSPC || number == EDQUOT else { return AssayError(.unavailable, "\(what): \(reason). \(ending)") }
        return AssayError(.storageFull, "\(what): \(reason). Make room on the server's disk and try again. \(ending)")
    }

    /// Bytes that an ordinary user may still write to the file system of `path`; `nil` if it does not say.
    package static func freeBytes(_ path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// The files directly in `folder` last written before `milliseconds` since 1970; none where there is no such folder.
    static func names(in folder: String, lastWrittenBefore milliseconds: Int64) throws(AssayError) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("The folder \(folder) cannot be read")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) { String(cString: $0) }
            }
            var status = stat()
            // A file that went away meanwhile is not there.
            guard fstatat(dirfd(directory), name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let written = Int64(status.st_mtim.tv_sec) * 1_000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
            if written < milliseconds { names.append(name) }
        }
        return names
    }

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
            throw failure("The folder \(path) cannot be created", ending: "Check its permissions and the disk.")
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

    /// Writes a file in the place of the one that is there, if any: readers see the old one or the whole new one.
    package static func replace(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(AssayError) {
        let temporary = path + ".new"
        unlink(temporary)
        try create(temporary, bytes, mode: mode)
        try move(temporary, to: path)
    }

    /// Puts a file in the place of another in one step, durably.
    package static func move(_ path: String, to target: String) throws(AssayError) {
        guard rename(path, target) == 0 else { throw AssayError(.unavailable, "\(target) cannot be replaced: \(errorText()).") }
        try syncDirectory(of: target)
    }

    /// Makes a file's bytes durable.
    package static func sync(_ path: String) throws(AssayError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(path) cannot be opened: \(errorText()).") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("\(path) cannot be synced") }
    }

    /// Makes the names in the folder that holds `path` durable.
    package static func syncDirectory(of path: String) throws(AssayError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AssayError(.unavailable, "\(folder) cannot be opened: \(errorText()).") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("\(folder) cannot be synced") }
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
