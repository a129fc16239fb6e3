package import AssayTerms

/// A policy as it was published; no part of it ever changes.
package struct PublishedPolicy: Hashable, Sendable {
    /// Rises with every publication; of one name the highest is the one that applies.
    package var sequence: Int64
    package var name: Text
    package var version: Text
    /// Over `canonical`.
    package var digest: SHA256Digest
    /// The text its author sent.
    package var source: [UInt8]
    /// The same policy with every default written out.
    package var canonical: [UInt8]
    package var publishedMilliseconds: Int64
    package var publisherID: String
    package var publisherName: Text

    package init(
        sequence: Int64 = 0, name: Text, version: Text, digest: SHA256Digest, source: [UInt8], canonical: [UInt8],
        publishedMilliseconds: Int64, publisherID: String, publisherName: Text
    ) {
        self.sequence = sequence
        self.name = name
        self.version = version
        self.digest = digest
        self.source = source
        self.canonical = canonical
        self.publishedMilliseconds = publishedMilliseconds
        self.publisherID = publisherID
        self.publisherName = publisherName
    }
}
