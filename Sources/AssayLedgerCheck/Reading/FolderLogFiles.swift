import Crypto
import Glibc

/// The files of a folder on disk. Only regular files are read, of at most the length that such a file of a log can have: a pipe
/// or a device is refused and not waited for. A link is read as the file it leads to, and never walked as a folder.
package struct FolderLogFiles: LogFiles, Sendable {
    /// The list of checkpoints, about 230 bytes a publication.
    private static let longestList = 1 << 30
    /// A full bundle whose 256 entries have the 65,535 bytes that their length can say.
    private static let longestBundle = 256 * (65_535 + 2)
    private static let longestTile = 1 << 20
    private static let longestOther = 64 << 20
    /// What is read piece by piece, as payloads of an export are.
    private static let longestStream = 64 << 30
    private static let longestLine = 64 << 20
    /// `ledger/tile/entries/x…/x…/…` of the largest log has 10 parts.
    private static let deepest = 12

    private let folder: String

    package init(folder: String) { self.folder = folder }

    package func paths() throws(LogReadError) -> [String]? {
        var paths: [String] = []
        var folders = [(path: "", depth: 0)]
        while let current = folders.popLast() {
            let full = full(current.path)
            guard current.depth < Self.deepest else {
                throw LogReadError("\(full) lies deeper than any folder of a log; is \(folder) a ledger's folder?")
            }
            guard let stream = opendir(full) else { throw failure("list", full) }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let path = current.path.isEmpty ? name : current.path + "/" + name
                var status = stat()
                guard lstat(self.full(path), &status) == 0 else { throw failure("look at", self.full(path)) }
                if status.st_mode & S_IFMT == S_IFDIR { folders.append((path, current.depth + 1)) } else { paths.append(path) }
            }
        }
        return paths.sorted()
    }

    package func length(_ path: String) throws(LogReadError) -> Int? {
        var status = stat()
        guard stat(full(path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    package func read(_ path: String) throws(LogReadError) -> [UInt8]? {
        guard let (descriptor, length) = try open(path, limit: Self.limit(path)) else { return nil }
        defer { close(descriptor) }
        // One byte more than the file should have, so that its end is seen without growing.
        var bytes = [UInt8](repeating: 0, count: length + 1)
        var filled = 0
        while true {
            let count = try read(descriptor, path, into: &bytes, from: filled)
            if count == 0 { break }
            filled += count
            guard filled <= Self.limit(path) else { throw tooLong(path, Self.limit(path)) }
            if filled == bytes.count { bytes += [UInt8](repeating: 0, count: 65_536) }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// The SHA-256 of a file of any length, read piece by piece; `nil` if there is none.
    func digest(_ path: String) throws(LogReadError) -> (hash: Hash, length: Int)? {
        var hasher = SHA256()
        var length = 0
        let isThere = try chunks(path) { (chunk) throws(LogReadError) in
            hasher.update(data: chunk)
            length += chunk.count
        }
        return isThere ? (Array(hasher.finalize()), length) : nil
    }

    /// Hands the lines of a file of any length to `body`, each without its end and with the offset it begins at.
    ///
    /// - Returns: whether there is such a file.
    func lines(
        _ path: String, _ body: (_ line: ArraySlice<UInt8>, _ offset: Int) throws(LogReadError) -> Void
    ) throws(LogReadError) -> Bool {
        var rest: [UInt8] = []
        var offset = 0
        let isThere = try chunks(path) { (chunk) throws(LogReadError) in
            // What is left holds no end of a line.
            var searched = rest.count
            rest += chunk
            var start = 0
            while let end = rest[searched...].firstIndex(of: 0x0A) {
                try body(rest[start..<end], offset + start)
                start = end + 1
                searched = start
            }
            rest.removeFirst(start)
            offset += start
            guard rest.count <= Self.longestLine else {
                throw LogReadError("\(full(path)) has a line of more than \(Self.longestLine >> 20) MiB")
            }
        }
        if !rest.isEmpty { try body(rest[...], offset) }
        return isThere
    }

    private func chunks(
        _ path: String, _ body: (ArraySlice<UInt8>) throws(LogReadError) -> Void
    ) throws(LogReadError) -> Bool {
        guard let (descriptor, _) = try open(path, limit: Self.longestStream) else { return false }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var length = 0
        while true {
            let count = try read(descriptor, path, into: &chunk, from: 0)
            if count == 0 { return true }
            length += count
            guard length <= Self.longestStream else { throw tooLong(path, Self.longestStream) }
            try body(chunk[..<count])
        }
    }

    /// A regular file's descriptor and length; `nil` if there is none.
    private func open(_ path: String, limit: Int) throws(LogReadError) -> (descriptor: Int32, length: Int)? {
        let full = full(path)
        // Opening a pipe would wait for a writer.
        let descriptor = Glibc.open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("open", full)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            defer { close(descriptor) }
            throw failure("look at", full)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw LogReadError("\(full) is not a regular file; nothing else is read")
        }
        guard status.st_size <= limit else {
            close(descriptor)
            throw tooLong(path, limit)
        }
        return (descriptor, Int(status.st_size))
    }

    private func read(
        _ descriptor: Int32, _ path: String, into bytes: inout [UInt8], from start: Int
    ) throws(LogReadError) -> Int {
        while true {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start) }
            if count >= 0 { return count }
            if errno != EINTR { throw failure("read", full(path)) }
        }
    }

    private static func limit(_ path: String) -> Int {
        if path == LogVerifier.listFile { return longestList }
        if path.hasPrefix("tile/entries/") { return longestBundle }
        return path.hasPrefix("tile/") ? longestTile : longestOther
    }

    private func full(_ path: String) -> String { path.isEmpty ? folder : folder + "/" + path }

    private func tooLong(_ path: String, _ limit: Int) -> LogReadError {
        LogReadError("\(full(path)) has more than the \(limit) bytes that such a file of a log can have")
    }

    private func failure(_ what: String, _ path: String) -> LogReadError {
        LogReadError("cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
