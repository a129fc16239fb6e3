import Glibc

/// What stands at a path or behind a descriptor, links followed.
///
/// It is asked here because `stat` is not seen as Glibc's by files that are compiled beside Foundation's headers, as the commands are.
package enum FileKind {
    package static func isFolder(_ path: String) -> Bool { mode(path).map { $0 & S_IFMT == S_IFDIR } ?? false }
    package static func isRegular(_ path: String) -> Bool { mode(path).map { $0 & S_IFMT == S_IFREG } ?? false }

    package static func isRegular(descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Bytes of an open file; `nil` where that cannot be told, with `errno` set.
    package static func size(descriptor: Int32) -> Int? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }
}
