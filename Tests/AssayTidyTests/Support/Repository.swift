import Foundation

/// The project's own files, found from this file's place.
enum Repository {
    final class File {
        /// From the project's root, with `/`.
        let path: String
        let text: String
        /// Taken apart once for all guards that ask.
        private(set) lazy var swift = SwiftText(text)

        init(path: String, text: String) {
            self.path = path
            self.text = text
        }

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root: URL = {
        // Tests/AssayTidyTests/Support/Repository.swift
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()

    /// Every text file under `folders` whose name ends with one of `suffixes`, sorted by path. Hidden folders, build
    /// products and what tools leave behind are not the project's.
    static func files(in folders: [String], endingWith suffixes: [String]) -> [File] {
        var files: [File] = []
        for folder in folders {
            let start = folder.isEmpty ? root : root.appendingPathComponent(folder)
            guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: [.isDirectoryKey])
            else { continue }
            for case let url as URL in walk {
                let name = url.lastPathComponent
                if name.hasPrefix("."), name != ".ci" || name == ".git" { walk.skipDescendants() }
                if ["__pycache__", "assay-data", "mlruns", "node_modules"].contains(name) { walk.skipDescendants() }
                guard !name.hasPrefix("."), suffixes.contains(where: name.hasSuffix),
                    let text = try? String(contentsOf: url, encoding: .utf8)
                else { continue }
                files.append(File(path: relative(url), text: text))
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    static func file(_ path: String) -> File? {
        (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)).map { File(path: path, text: $0) }
    }

    static var swift: [File] { files(in: ["Sources", "Tests", "Benchmarks", "Fuzz"], endingWith: [".swift"]) }

    /// Everything people read or run, but for data.
    static var texts: [File] {
        files(in: [""], endingWith: [".swift", ".md", ".py", ".sh", ".yaml", ".yml", ".h", ".cpp", ".c", ".toml"])
            + files(in: ["scripts", ".ci"], endingWith: [""]).filter {
                !$0.path.contains(".") || $0.path.hasPrefix(".ci")
            }
    }

    private static func relative(_ url: URL) -> String {
        let prefix = root.standardizedFileURL.path
        return String(url.standardizedFileURL.path.dropFirst(prefix.count).drop { $0 == "/" })
    }
}
