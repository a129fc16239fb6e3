package import AssayTerms

/// What a full pass over a data set established.
package struct DataFacts: Sendable, Hashable {
    package let rowCount: Int
    /// SHA-256 of the file's bytes.
    package let digest: SHA256Digest

    package init(rowCount: Int, digest: SHA256Digest) {
        self.rowCount = rowCount
        self.digest = digest
    }
}
