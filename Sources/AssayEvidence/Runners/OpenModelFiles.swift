import AssayModels
package import AssayTerms
import Glibc

/// A model's files by path or by descriptors that someone else opened.
struct OpenModelFiles: ModelFiles {
    let names: [Text]
    private let sources: [Text: DataFile.Source]

    init(_ files: [DataFile]) {
        var sources: [Text: DataFile.Source] = [:]
        for file in files { sources[file.name] = file.source }
        self.sources = sources
        names = sources.keys.sorted()
    }

    func contents(of name: Text, limit: Int) throws(AssayError) -> [UInt8] {
        guard let source = sources[name] else { throw AssayError(.notFound, "the model has no file '\(name)'") }
        return try Self.contents(of: DataFile(source: source, name: name), what: "the model's file '\(name)'", limit: limit)
    }

    /// All bytes of a file.
    ///
    /// - Parameter what: how messages call it.
    static func contents(of file: DataFile, what: String, limit: Int) throws(AssayError) -> [UInt8] {
        switch file.source {
        case .descriptor(let descriptor): return try contents(of: descriptor, what, limit: limit)
        case .path(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else {
                throw AssayError(.unreadable, "\(what) cannot be opened: \(reason(errno))")
            }
            defer { close(descriptor) }
            return try contents(of: descriptor, what, limit: limit)
        }
    }

    private static func contents(of descriptor: Int32, _ what: String, limit: Int) throws(AssayError) -> [UInt8] {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw AssayError(.unreadable, "\(what) is not a regular file")
        }
        let size = Int(facts.st_size)
        guard size <= limit else {
            throw AssayError(.limitExceeded, "\(what) has \(size) bytes; at most \(limit) are read")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled, off_t(filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw AssayError(.unreadable, "\(what) cannot be read to its end")
            }
            filled += count
        }
        return bytes
    }

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}

extension DataFile {
    /// All regular files below a folder, named by their paths within it, sorted. Links are not followed.
    ///
    /// - Throws: `notFound` or `unreadable` for the folder, `limitExceeded` beyond 10,000 files.
    package static func files(inFolder folder: String) throws(AssayError) -> [DataFile] {
        var found: [DataFile] = []
        var pending = [""]
        while let place = pending.popLast() {
            let path = place.isEmpty ? folder : "\(folder)/\(place)"
            guard let stream = opendir(path) else {
                throw AssayError(
                    errno == ENOENT ? .notFound : .unreadable,
                    "\(path) cannot be read as a folder: \(String(cString: strerror(errno)))")
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name == "." || name == ".." { continue }
                let inner = place.isEmpty ? name : "\(place)/\(name)"
                var facts = stat()
                guard lstat("\(folder)/\(inner)", &facts) == 0 else { continue }
                switch facts.st_mode & S_IFMT {
                case S_IFDIR: pending.append(inner)
                case S_IFREG: found.append(DataFile(source: .path("\(folder)/\(inner)"), name: Text(inner)))
                default: continue
                }
                guard found.count <= 10_000 else {
                    throw AssayError(.limitExceeded, "\(folder) has more than 10,000 files")
                }
            }
        }
        return found.sorted { $0.name < $1.name }
    }
}
