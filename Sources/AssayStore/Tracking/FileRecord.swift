package import AssayTerms

/// One file of a run, a logged model or a model version. The record names the blob; the blob names nothing.
package struct FileRecord: Hashable, Sendable {
    /// Relative to the owner's root; segments are never empty, "." or "..".
    package let path: Text
    /// `nil` when the bytes were erased; the line stays.
    package let blob: BlobID?
    /// Plain bytes.
    package let size: Int64
    package let digest: SHA256Digest
    /// The id of the principal who wrote these bytes. It goes with every copy of the record, because whoever writes what a
    /// version is made of is an author of the version, whoever's run it was put into.
    package let writtenBy: String

    package init(
        path: Text, blob: BlobID?, size: Int64, digest: SHA256Digest, writtenBy: String = Principal.anonymous.id
    ) {
        self.path = path
        self.blob = blob
        self.size = size
        self.digest = digest
        self.writtenBy = writtenBy
    }

    package init(path: Text, stored: StoredBlob, writtenBy principal: Principal) {
        self.init(path: path, blob: stored.id, size: stored.size, digest: stored.digest, writtenBy: principal.id)
    }
}
