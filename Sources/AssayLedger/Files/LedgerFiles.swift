package import AssayTerms

/// The few operations on files that the log needs, so that tests can fail any one of them.
///
/// Paths are relative to the ledger's folder, parts joined by `/`. Each call blocks; none is atomic beyond what it
/// says.
package protocol LedgerFiles: Sendable {
    /// The file's bytes; `nil` if there is none.
    func read(_ path: String) throws(AssayError) -> [UInt8]?
    /// The names in a folder, sorted; none if there is no such folder.
    func names(in folder: String) throws(AssayError) -> [String]
    /// Makes a folder whose parent exists; no error if it is there.
    func makeFolder(_ path: String) throws(AssayError)
    /// Writes a file from its start and waits until its bytes are durable.
    func write(_ bytes: [UInt8], to path: String) throws(AssayError)
    /// Adds bytes at a file's end, creating it, and waits until they are durable.
    func append(_ bytes: [UInt8], to path: String) throws(AssayError)
    /// Cuts a file to its first `length` bytes, durably.
    func truncate(_ path: String, to length: Int) throws(AssayError)
    /// Puts the file at `source` in the place of `target` in one step.
    func rename(_ source: String, to target: String) throws(AssayError)
    /// Removes a file or an empty folder; no error if it is gone.
    func remove(_ path: String) throws(AssayError)
    /// Makes durable which names a folder holds; the empty path is the ledger's folder itself.
    func syncFolder(_ path: String) throws(AssayError)
}

extension LedgerFiles {
    /// Puts `bytes` at `path` so that a reader sees the old file or the new one, whole, whatever is interrupted.
    package func replace(_ path: String, with bytes: [UInt8]) throws(AssayError) {
        try makeFolders(above: path)
        try write(bytes, to: LedgerPath.incoming)
        try rename(LedgerPath.incoming, to: path)
        try syncFolder(LedgerPath.parent(of: path))
    }

    private func makeFolders(above path: String) throws(AssayError) {
        let parts = path.split(separator: "/").dropLast()
        var folder = ""
        for part in parts {
            let parent = folder
            folder = folder.isEmpty ? String(part) : folder + "/" + part
            if try !names(in: parent).contains(String(part)) {
                try makeFolder(folder)
                try syncFolder(parent)
            }
        }
    }
}

enum LedgerPath {
    /// Where files are written before they are renamed into place. One name, because the log has one writer; what a
    /// crash leaves there is overwritten, and the verifier knows the name.
    static let incoming = ".incoming"

    /// The folder a path stands in; empty for the ledger's own.
    static func parent(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// The folder of a file anywhere on disk.
    static func parent(ofFile path: String) -> String {
        guard let cut = path.lastIndex(of: "/") else { return "." }
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }
}
