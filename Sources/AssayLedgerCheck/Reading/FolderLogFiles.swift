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
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                throw failure("read", full)
            }
        }
    }

    private func failure(_ what: String, _ path: String) -> LogReadError {
        LogReadError("cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
