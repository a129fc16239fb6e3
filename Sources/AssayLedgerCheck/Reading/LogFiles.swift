/// Where the verifier reads a ledger from: a folder, or files fetched from a server.
package protocol LogFiles: Sendable {
    /// The paths of all files below, sorted; `nil` if they cannot be listed (then surplus files go unseen).
    func paths() throws(LogReadError) -> [String]?
    /// A regular file's length; `nil` if there is none.
    func length(_ path: String) throws(LogReadError) -> Int?
    /// A file's bytes; `nil` if there is none.
    func read(_ path: String) throws(LogReadError) -> [UInt8]?
}

/// A file or folder that cannot be read: no finding, but a reason to stop.
package struct LogReadError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Files held in memory.
package struct MemoryLogFiles: LogFiles, Sendable {
    package var files: [String: [UInt8]]
    package var canList: Bool

    package init(files: [String: [UInt8]], canList: Bool = true) {
        self.files = files
        self.canList = canList
    }

    package func paths() -> [String]? { canList ? files.keys.sorted() : nil }
    package func length(_ path: String) -> Int? { files[path]?.count }
    package func read(_ path: String) -> [UInt8]? { files[path] }
}
