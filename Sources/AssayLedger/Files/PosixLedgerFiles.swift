package import AssayTerms
import Glibc

/// The ledger's folder on a POSIX file system.
package struct PosixLedgerFiles: LedgerFiles {
    package let folder: String

    /// Opens the folder, making it (mode 0755: all of it may be read by anyone) if its parent exists.
    ///
    /// - Throws: `unavailable` if it cannot be made.
    package init(folder: String) throws(AssayError) {
        self.folder = folder
        try makeFolder("")
    }

    package func read(_ path: String) throws(AssayError) -> [UInt8]? {
        guard let bytes = try Posix.read(full(path)) else { return nil }
        return bytes
    }

    package func names(in folder: String) throws(AssayError) -> [String] {
        guard let stream = opendir(full(folder)) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw Posix.failure("list", full(folder))
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw Posix.failure("list", full(folder)) }
        return names.sorted()
    }

    package func makeFolder(_ path: String) throws(AssayError) {
        guard mkdir(full(path), 0o755) == 0 || errno == EEXIST else {
            throw Posix.failure("make the folder", full(path))
        }
    }

    package func write(_ bytes: [UInt8], to path: String) throws(AssayError) {
        try Posix.write(bytes, to: full(path), flags: O_CREAT | O_TRUNC, mode: 0o644)
    }

    package func append(_ bytes: [UInt8], to path: String) throws(AssayError) {
        try Posix.write(bytes, to: full(path), flags: O_CREAT | O_APPEND, mode: 0o644)
    }

    package func truncate(_ path: String, to length: Int) throws(AssayError) {
        let descriptor = open(full(path), O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Posix.failure("open", full(path)) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(length)) == 0, fsync(descriptor) == 0 else {
            throw Posix.failure("shorten", full(path))
        }
    }

    package func rename(_ source: String, to target: String) throws(AssayError) {
        guard Glibc.rename(full(source), full(target)) == 0 else {
            throw Posix.failure("rename a file to", full(target))
        }
    }

    package func remove(_ path: String) throws(AssayError) {
        guard Glibc.remove(full(path)) == 0 || errno == ENOENT else { throw Posix.failure("remove", full(path)) }
    }

    package func syncFolder(_ path: String) throws(AssayError) {
        try Posix.syncFolder(full(path))
    }

    private func full(_ path: String) -> String { path.isEmpty ? folder : folder + "/" + path }
}
