import AssayModels
import AssayServing
import AssayServer
import AssayTerms

/// A model's place on this machine.
enum ModelPath {
    /// The files below a folder, or one file alone.
    ///
    /// - Throws: `notFound` where neither is there.
    static func files(_ path: String) throws(AssayError) -> FolderModelFiles {
        let trimmed = trimmed(path)
        guard isFile(trimmed) else { return try FolderModelFiles(path: trimmed) }
        let cut = trimmed.lastIndex(of: "/")
        return FolderModelFiles(path: cut.map { String(trimmed[..<$0]) } ?? ".", only: name(trimmed))
    }

    static func isFile(_ path: String) -> Bool { FileKind.isRegular(trimmed(path)) }

    /// Its last part.
    static func name(_ path: String) -> Text {
        let trimmed = trimmed(path)
        return trimmed.split(separator: "/").last.map { Text(String($0)) } ?? Text(trimmed)
    }

    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.hasSuffix("/"), path != "/" { path.removeLast() }
        return path
    }
}
