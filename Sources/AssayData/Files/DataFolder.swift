internal import AssayTerms
internal import Glibc

/// The data files of a folder, as one data set.
enum DataFolder {
    /// More are most likely not one data set.
    private static let fileLimit = 100_000
    private static let depthLimit = 32

    static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Paths relative to the folder, in the order of their bytes, those of inner folders among them. What begins with a dot or
    /// an underscore is left out: the marks that writers leave beside their data.
    ///
    /// - Throws: `unreadable` if a folder cannot be read or has a name that is not UTF-8; `limitExceeded` for too many files or
    ///   folders within folders; `invalidArgument` without a file in it.
    static func files(in folder: String) throws(AssayError) -> [String] {
        var files: [Text] = []
        try collect(folder, below: "", depth: 0, into: &files)
        guard !files.isEmpty else { throw AssayError(.invalidArgument, "\(folder) is a folder without a data file") }
        return files.sorted().map(\.string)
    }

    private static func collect(
        _ folder: String, below prefix: String, depth: Int, into files: inout [Text]
    ) throws(AssayError) {
        guard depth < depthLimit else {
            throw AssayError(.limitExceeded, "\(folder) is more than \(depthLimit) folders deep; name a folder of one data set")
        }
        for name in try names(in: folder) where !name.hasPrefix(".") && !name.hasPrefix("_") {
            let path = folder + "/" + name
            if isFolder(path) {
                try collect(path, below: prefix + name + "/", depth: depth + 1, into: &files)
            } else {
                files.append(Text(prefix + name))
            }
            guard files.count <= fileLimit else {
                throw AssayError(.limitExceeded, "\(folder) holds more than \(fileLimit) files; name a folder of one data set")
            }
        }
    }

    private static func names(in folder: String) throws(AssayError) -> [String] {
        guard let stream = opendir(folder) else {
            throw AssayError(.unreadable, "\(folder) is a folder that cannot be read")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard let name = Text(utf8: bytes) else {
                throw AssayError(.unreadable, "\(folder) holds a file whose name is not UTF-8; rename it")
            }
            names.append(name.string)
        }
        return names
    }
}
