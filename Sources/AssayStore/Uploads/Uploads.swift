/// Reading uploads in parts.
package protocol UploadSnapshot {
    func upload(_ id: String) throws -> UploadRecord?

    /// The parts that are there, sorted by number.
    func parts(ofUpload id: String) throws -> [UploadPart]

    /// The ids of uploads that nothing has happened to since `milliseconds`, oldest first, at most `limit`.
    func uploads(touchedBefore milliseconds: Int64, limit: Int) throws -> [String]
}

/// Changing uploads. As with files, blobs that no record mentions any more are answered, for the caller to remove after the
/// commit.
package protocol UploadTransaction: UploadSnapshot {
    func insertUpload(_ upload: UploadRecord) throws

    /// Puts `part` in the place of an earlier one of its number.
    func putPart(_ part: UploadPart, ofUpload id: String, at milliseconds: Int64) throws -> [BlobID]

    /// Marks an upload as completed and drops its parts.
    func completeUpload(_ id: String, at milliseconds: Int64) throws -> [BlobID]

    /// Drops an upload with its parts; an unknown one is ignored.
    func removeUpload(_ id: String) throws -> [BlobID]
}
