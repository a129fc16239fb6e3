import AssayTerms
import Glibc

/// Says of a temporary folder that its program is there: a file in it that the program holds locked, and the kernel lets go of however
/// the program ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `unavailable` where the file cannot be made.
    init(_ folder: String) throws(AssayError) {
        // Locked before it has its name, so that nobody finds it free.
        let path = "\(folder)/lock"
        descriptor = open("\(path).new", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename("\(path).new", path) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw AssayError(.unavailable, "\(path) cannot be made: \(reason)")
        }
    }

    deinit { close(descriptor) }

    /// Removes this user's folders in `place` whose programs are gone. A folder without a lock is left alone: it may be one that is just
    /// being made.
    static func sweep(_ place: String, prefix: String, remove: (String) -> Void) {
        guard let directory = opendir(place) else { return }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix) { names.append(name) }
        }
        closedir(directory)
        for name in names.sorted() {
            let folder = "\(place)/\(name)"
            var facts = stat()
            guard lstat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid() else { continue }
            let descriptor = open("\(folder)/lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(folder) }
        }
    }
}
