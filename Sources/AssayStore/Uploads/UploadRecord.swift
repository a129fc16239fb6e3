package import AssayTerms

/// A file that is sent in parts, until they are all there.
package struct UploadRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    /// Where the file goes.
    package let owner: FileOwner
    package let path: Text
    /// Parts are numbered from 1 to this.
    package let partCount: Int
    /// Of the key that whoever sends a part shows.
    package let keyDigest: SHA256Digest
    /// The id of the principal who began it, and who will have written the file.
    package let createdBy: String
    /// Milliseconds since 1970: when it was begun, or a part came, or it was completed.
    package let touchedTime: Int64
    /// Whether the file is in its place. The record stays a while, for a client that asks again.
    package let isCompleted: Bool

    package init(
        id: String, owner: FileOwner, path: Text, partCount: Int, keyDigest: SHA256Digest, createdBy: String, touchedTime: Int64,
        isCompleted: Bool = false
    ) {
        self.id = id
        self.owner = owner
        self.path = path
        self.partCount = partCount
        self.keyDigest = keyDigest
        self.createdBy = createdBy
        self.touchedTime = touchedTime
        self.isCompleted = isCompleted
    }
}

/// One part, kept as a blob of its own until the file is put together.
package struct UploadPart: Hashable, Sendable {
    package let number: Int
    package let blob: BlobID
    /// Plain bytes.
    package let size: Int64
    package let digest: SHA256Digest

    package init(number: Int, stored: StoredBlob) {
        self.init(number: number, blob: stored.id, size: stored.size, digest: stored.digest)
    }

    package init(number: Int, blob: BlobID, size: Int64, digest: SHA256Digest) {
        self.number = number
        self.blob = blob
        self.size = size
        self.digest = digest
    }
}
