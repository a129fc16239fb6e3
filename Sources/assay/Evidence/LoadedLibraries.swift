import Glibc

/// The shared libraries that this process has loaded, by its memory's map.
struct LoadedLibraries {
    let files: [String]

    /// Where they are, each once, in order.
    var folders: [String] {
        var folders: [String] = []
        for file in files {
            let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
            if !folder.isEmpty, !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    static func current() -> LoadedLibraries {
        guard let map = fopen("/proc/self/maps", "r") else { return LoadedLibraries(files: []) }
        defer { fclose(map) }
        var files: [String] = []
        var line = [CChar](repeating: 0, count: 8192)
        while fgets(&line, Int32(line.count), map) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let start = text.firstIndex(of: "/") else { continue }
            let path = text[start...].filter { $0 != "\n" }
            if path.contains(".so"), !files.contains(path) { files.append(path) }
        }
        return LoadedLibraries(files: files)
    }
}
