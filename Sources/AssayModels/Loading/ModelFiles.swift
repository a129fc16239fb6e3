package import AssayTerms

/// The files of a model's folder, wherever they are: a directory, or blobs handed to a confined process.
package protocol ModelFiles: Sendable {
    /// Relative paths with `/`, sorted by bytes.
    var names: [Text] { get }

    /// The bytes of the file.
    /// - Throws: `.notFound` where there is none, `.limitExceeded` where it has more than `limit` bytes.
    func contents(of name: Text, limit: Int) throws(AssayError) -> [UInt8]
}

/// Files held in memory.
package struct MemoryModelFiles: ModelFiles {
    private let files: [Text: [UInt8]]
    package let names: [Text]

    package init(_ files: [Text: [UInt8]]) {
        self.files = files
        names = files.keys.sorted()
    }

    package func contents(of name: Text, limit: Int) throws(AssayError) -> [UInt8] {
        guard let bytes = files[name] else {
            throw AssayError(.notFound, "the model has no file '\(name)'")
        }
        guard bytes.count <= limit else {
            throw AssayError(.limitExceeded, "the model's file '\(name)' has \(bytes.count) bytes; at most \(limit) are read")
        }
        return bytes
    }
}
