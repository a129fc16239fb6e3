package import AssayTerms
import Glibc

/// Files that hold a secret: only their owner may read them.
package enum SecretFile {
    /// - Returns: `nil` if there is no such file.
    /// - Throws: `unavailable` where others may read or write it, or it cannot be read.
    package static func read(_ path: String, limit: Int) throws(AssayError) -> [UInt8]? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw AssayError(.unavailable, "\(path) cannot be read: \(Disk.errorText()).")
        }
        try SecretFileMode.check(status.st_mode, of: path)
        return try Disk.read(path, limit: limit)
    }

    /// Overwrites and removes the file, if there is one. What a file system or a disk keeps besides is out of reach.
    package static func remove(_ path: String) throws(AssayError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor >= 0 {
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink == 1, status.st_size < 1 << 20 {
                _ = Disk.writeAll(descriptor, [UInt8](repeating: 0, count: Int(status.st_size)))
                fsync(descriptor)
            }
            close(descriptor)
        }
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw AssayError(.unavailable, "\(path) cannot be removed: \(Disk.errorText()).")
        }
        try Disk.syncDirectory(of: path)
    }
}
