internal import AssayTerms
internal import Glibc

/// An open regular file that is read by position.
final class InputFile: Sendable {
    /// What errors call it: a path, or the name that came with a descriptor.
    let name: String
    let descriptor: Int32
    /// What the file was when it was opened; a write changes it.
    private let state: State

    private struct State: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var modified: [Int]
        var changed: [Int]
    }

    /// - Throws: `notFound`, `unreadable` (may not be read), `invalidArgument` (not a regular file).
    convenience init(path: String) throws(AssayError) {
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: throw AssayError(.notFound, "\(path) does not exist")
            case EACCES, EPERM: throw AssayError(.unreadable, "\(path) may not be read (permission denied)")
            case ENOTDIR: throw AssayError(.notFound, "\(path) does not exist (a part of its path is no folder)")
            default: throw AssayError(.unreadable, "\(path) cannot be opened: \(Self.reason(errno))")
            }
        }
        try self.init(owning: descriptor, name: path)
    }

    /// Reads through a duplicate of `descriptor`, which stays the caller's.
    convenience init(descriptor: Int32, name: String) throws(AssayError) {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard own >= 0 else {
            throw AssayError(.unreadable, "\(name) cannot be read through its descriptor: \(Self.reason(errno))")
        }
        try self.init(owning: own, name: name)
    }

    private init(owning descriptor: Int32, name: String) throws(AssayError) {
        self.descriptor = descriptor
        self.name = name
        guard let (state, mode) = Self.examine(descriptor) else {
            let reason = Self.reason(errno)
            close(descriptor)
            throw AssayError(.unreadable, "\(name) cannot be examined: \(reason)")
        }
        self.state = state
        guard mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw AssayError(
                .invalidArgument,
                mode & S_IFMT == S_IFDIR
                    ? "\(name) is a folder; a data file is wanted here"
                    : "\(name) is not a regular file; data is read twice and by position, so write it to a file first")
        }
    }

    deinit { close(descriptor) }

    var byteCount: Int { state.size }

    /// - Throws: `conflict` where the file was written to since it was opened: what was read belongs to no one version.
    func requireUnchanged() throws(AssayError) {
        guard let (now, _) = Self.examine(descriptor), now == state else {
            throw AssayError(.conflict, "\(name) was changed while it was being read; read it again")
        }
    }

    /// Up to `count` bytes; fewer only at the end.
    func bytes(at position: Int, count: Int) throws(AssayError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, position + filled)
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                }
                if got <= 0 { break }
                filled += got
            }
        }
        guard failure == 0 else {
            throw AssayError(.unreadable, "\(name) cannot be read: \(Self.reason(failure))")
        }
        return bytes
    }

    private static func examine(_ descriptor: Int32) -> (State, mode_t)? {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        let state = State(
            device: UInt(facts.st_dev), inode: UInt(facts.st_ino), size: Int(facts.st_size),
            modified: [facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec],
            changed: [facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec])
        return (state, facts.st_mode)
    }

    private static func reason(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
