import Glibc

/// The files of a folder on disk. Links are not followed out of it: they are read as files of their own name.
package struct FolderLogFiles: LogFiles, Sendable {
    private let folder: String

    package init(folder: String) { self.folder = folder }

    package func paths() throws(LogReadError) -> [String]? {
        var paths: [String] = []
        var folders = [""]
        while let current = folders.popLast() {
            let full = current.isEmpty ? folder : folder + "/" + current
            guard let stream = opendir(full) else { throw failure("list", full) }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let path = current.isEmpty ? name : current + "/" + name
                var status = stat()
                guard lstat(folder + "/" + path, &status) == 0 else { throw failure("look at", folder + "/" + path) }
                if status.st_mode & S_IFMT == S_IFDIR { folders.append(path) } else { paths.append(path) }
            }
        }
        return paths.sorted()
    }

    package func read(_ path: String) throws(LogReadError) -> [UInt8]? {
        let full = folder + "/" + path
        let descriptor = open(full, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("open", full)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at", full) }
        // One byte more than the file should have, so that its end is seen without growing.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var length = 0
        while true {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + length }, $0.count - length) }
            if count == 0 { break }
            if count > 0 {
                length += count
                if length == bytes.count { bytes += [UInt8](repeating: 0, count: 65_536) }
            } else if errno != EINTR {
                throw failure("read", full)
            }
        }
        bytes.removeLast(bytes.count - length)
        return bytes
    }

    private func failure(_ what: String, _ path: String) -> LogReadError {
        LogReadError("cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
