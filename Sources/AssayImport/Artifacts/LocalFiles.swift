import AssayTerms
import Glibc

/// Looking at files of this machine. Names are bytes to the system; those that are no UTF-8 are told apart.
enum LocalFiles {
    enum Kind: Equatable {
        case file
        case folder
        case other
        case absent
    }

    /// What a path leads to, links followed.
    static func kind(_ path: String) -> Kind {
        var status = stat()
        guard !path.utf8.contains(0), stat(path, &status) == 0 else { return .absent }
        return kind(status)
    }

    static func kind(_ status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// The absolute path without links and dots; `nil` where nothing is.
    static func resolved(_ path: String) -> String? {
        guard !path.utf8.contains(0), let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(validatingCString: real)
    }

    /// The names in a folder, sorted by their bytes; `nil` for one that cannot be read. `isText` tells of names that are no
    /// UTF-8, whose text is for messages only.
    static func names(in folder: String) -> [(name: String, isText: Bool)]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [(name: String, isText: Bool)] = []
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "."), UInt8(ascii: ".")] { continue }
            if let name = String(validating: bytes, as: UTF8.self) {
                names.append((name, true))
            } else {
                names.append((String(decoding: bytes, as: UTF8.self), false))
            }
        }
        return names.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The folders in `folder`, by name; links to folders count, as they do for MLflow.
    static func folders(in folder: String) -> [String] {
        (names(in: folder) ?? []).filter { $0.isText && kind(folder + "/" + $0.name) == .folder }.map(\.name)
    }

    /// The bytes of a small file.
    ///
    /// - Throws: `notFound` for none; `unreadable` for a folder, a device and what cannot be opened; `limitExceeded`.
    static func read(_ path: String, limit: Int) throws(AssayError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw AssayError(.notFound, "it is not there") }
            throw AssayError(.unreadable, "it cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, kind(status) == .file else { throw AssayError(.unreadable, "it is not a file") }
        guard status.st_size <= limit else {
            throw AssayError(.limitExceeded, "it has \(status.st_size) bytes, and at most \(limit) are read")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw AssayError(.unreadable, "it cannot be read: \(String(cString: strerror(errno)))") }
            if got == 0 { break }
            count += got
        }
        // One that grows while it is read is cut where it was when it was opened.
        bytes.removeLast(bytes.count - min(count, Int(status.st_size)))
        return bytes
    }
}
