package import AssayModels
package import AssayTerms
import Glibc

/// A model's files where its process finds them: copies in a folder of this user's alone, which the process may read and not change.
///
/// The folder is in memory where the system has room for it there (`/dev/shm`), and is removed with this object; what a program that
/// was killed has left is removed by the next one that stages a model. Links to files in memory would do for most libraries, but MLflow
/// refuses a path that leads out of its folder.
package final class StagedModel: Sendable {
    /// The folder that may be read.
    package let folder: String
    /// An empty folder over which the process's own memory is mounted.
    package let scratch: String

    private static let prefix = "assay-model-"
    private static let fileLimit = 10_000
    /// Bytes of all files together.
    private static let byteLimit = 8 << 30
    private let base: String
    /// Says that the folder is somebody's.
    private let lock: FolderLock

    /// - Throws: `invalidArgument` for a path that leads out of the folder, `limitExceeded` for too many or too large files, what
    ///   `files` throws, `unavailable` where they cannot be copied.
    package init(_ source: some ModelFiles) throws(AssayError) {
        guard source.names.count <= Self.fileLimit else {
            throw AssayError(.limitExceeded, "the model has \(source.names.count) files; at most \(Self.fileLimit) are handed to its library")
        }
        let temporary = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        for place in Set(["/dev/shm", temporary]).sorted() { FolderLock.sweep(place, prefix: Self.prefix, remove: Self.remove) }
        do throws(AssayError) {
            (base, lock) = try Self.copy(source, below: "/dev/shm")
        } catch {
            guard error.code == .unavailable else { throw error }
            (base, lock) = try Self.copy(source, below: temporary)
        }
        folder = "\(base)/model"
        scratch = "\(base)/scratch"
    }

    deinit { Self.remove(base) }

    /// The new folder below `place`; nothing is left of it after an error.
    private static func copy(_ source: some ModelFiles, below place: String) throws(AssayError) -> (String, FolderLock) {
        var template = Array("\(place)/\(prefix)XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw AssayError(.unavailable, "no folder can be made in \(place): \(String(cString: strerror(errno)))")
        }
        let base = String(cString: made)
        let lock: FolderLock
        do throws(AssayError) {
            lock = try FolderLock(base)
            var folders: [String] = []
            try make("\(base)/model", &folders)
            try make("\(base)/scratch", &folders)
            var left = byteLimit
            for name in source.names {
                let parts = name.string.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }) else {
                    throw AssayError(.invalidArgument, "the model's file '\(name)' has no plain path")
                }
                var path = "\(base)/model"
                for part in parts.dropLast() {
                    path += "/\(part)"
                    if !folders.contains(path) { try make(path, &folders) }
                }
                let bytes = try source.contents(of: name, limit: left)
                left -= bytes.count
                try write(bytes, to: "\(base)/model/\(name)")
            }
        } catch {
            remove(base)
            throw error
        }
        return (base, lock)
    }

    private static func make(_ path: String, _ folders: inout [String]) throws(AssayError) {
        guard mkdir(path, 0o700) == 0 else {
            throw AssayError(.unavailable, "\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        folders.append(path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(AssayError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(.unavailable, "\(path) cannot be written: \(String(cString: strerror(errno)))")
            }
            written += count
        }
    }

    /// Everything below was made here, and the process could add nothing.
    private static func remove(_ folder: String) {
        guard let directory = opendir(folder) else { return }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        closedir(directory)
        for name in names where name != "." && name != ".." {
            if unlink("\(folder)/\(name)") != 0 { remove("\(folder)/\(name)") }
        }
        rmdir(folder)
    }
}
