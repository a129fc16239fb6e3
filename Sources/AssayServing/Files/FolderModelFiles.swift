import AssayModels
package import AssayTerms
import Glibc

/// The files of a model's folder on disk, listed when opened. Symbolic links and special files are left out.
package struct FolderModelFiles: ModelFiles {
    package let path: String
    package let names: [Text]

    /// Entries and depth beyond which a folder is not a model's.
    private static let entryLimit = 10_000
    private static let depthLimit = 32

    /// - Throws: `.notFound` saying why there is no such folder, `.limitExceeded` for more than 10,000 entries.
    package init(path: String) throws(AssayError) {
        var names: [Text] = []
        try Self.list(path, prefix: "", depth: 0, into: &names)
        self.path = path
        self.names = names.sorted()
    }

    /// One file of a folder that is not listed.
    package init(path: String, only name: Text) {
        self.path = path
        names = [name]
    }

    package func contents(of name: Text, limit: Int) throws(AssayError) -> [UInt8] {
        // Only listed names are opened, so none leads out of the folder.
        guard names.contains(name) else { throw AssayError(.notFound, "\(path) has no file '\(name)'") }
        let descriptor = open(path + "/" + name.string, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            let reason = errno == ELOOP ? "it is a symbolic link; give the file that it leads to" : String(cString: strerror(errno))
            throw AssayError(.unreadable, "\(path)/\(name) cannot be opened: \(reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw AssayError(.unreadable, "\(path)/\(name) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard Int(status.st_size) <= limit else {
            throw AssayError(.limitExceeded, "\(path)/\(name) has \(status.st_size) bytes; at most \(limit) are read")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(.unreadable, "\(path)/\(name) became shorter while it was read")
            }
            filled += count
        }
        return bytes
    }

    /// Why what is no file is no folder either.
    private static func reason(_ code: Int32, _ path: String) -> String {
        var status = stat()
        switch code {
        case ENOENT where lstat(path, &status) == 0: return "it is a symbolic link that leads nowhere"
        case ENOENT: return "there is no such file or folder"
        case ENOTDIR where stat(path, &status) == 0: return "it is neither a file nor a folder"
        case ENOTDIR: return "a part of its path is no folder"
        case ELOOP: return "it is a symbolic link that leads to itself"
        default: return String(cString: strerror(code))
        }
    }

    private static func list(
        _ folder: String, prefix: String, depth: Int, into names: inout [Text]
    ) throws(AssayError) {
        guard depth <= depthLimit else {
            throw AssayError(.limitExceeded, "\(folder) has folders nested deeper than \(depthLimit)")
        }
        guard let directory = opendir(folder) else {
            throw AssayError(.notFound, "\(folder) cannot be opened as a model: \(reason(errno, folder))")
        }
        defer { closedir(directory) }
        var folders: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            var status = stat()
            guard lstat(folder + "/" + name, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(name)
            case S_IFREG: names.append(Text(prefix + name))
            default: break
            }
            guard names.count + folders.count <= entryLimit else {
                throw AssayError(.limitExceeded, "\(folder) has more than \(entryLimit) entries")
            }
        }
        for name in folders.sorted() {
            try list(folder + "/" + name, prefix: prefix + name + "/", depth: depth + 1, into: &names)
        }
    }
}
