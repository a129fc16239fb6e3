package import AssayTerms

/// A version of a document of the organisation, its alert rules or its pipelines; the last one is in force.
package struct AppliedDocument: Hashable, Sendable {
    /// From 1.
    package let number: Int64
    /// SHA-256 of the file.
    package let digest: SHA256Digest
    /// The file, UTF-8.
    package let source: [UInt8]
    package let authorID: String
    package let appliedMilliseconds: Int64

    package init(number: Int64, digest: SHA256Digest, source: [UInt8], authorID: String, appliedMilliseconds: Int64) {
        self.number = number
        self.digest = digest
        self.source = source
        self.authorID = authorID
        self.appliedMilliseconds = appliedMilliseconds
    }
}
