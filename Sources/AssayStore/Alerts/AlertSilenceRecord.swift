package import AssayTerms

/// For how long which alerts are told to nobody.
package struct AlertSilenceRecord: Hashable, Sendable {
    package var id: String
    /// What it is about, as JSON.
    package var match: [UInt8]
    package var comment: Text
    package var authorID: String
    package var createdMilliseconds: Int64
    /// When it ends, or ended.
    package var endMilliseconds: Int64

    package init(id: String, match: [UInt8], comment: Text, authorID: String, createdMilliseconds: Int64, endMilliseconds: Int64) {
        self.id = id
        self.match = match
        self.comment = comment
        self.authorID = authorID
        self.createdMilliseconds = createdMilliseconds
        self.endMilliseconds = endMilliseconds
    }
}
