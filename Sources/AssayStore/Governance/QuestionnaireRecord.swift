package import AssayTerms

/// A questionnaire that the organisation published, for good.
package struct QuestionnaireRecord: Hashable, Sendable {
    /// Of all that were published, from 1; the last one is in force.
    package let number: Int64
    package let name: Text
    package let version: Text
    /// SHA-256 of the file.
    package let digest: SHA256Digest
    /// The file, UTF-8.
    package let source: [UInt8]
    /// Whoever answers for it.
    package let publisherID: String
    package let publishedMilliseconds: Int64

    package init(
        number: Int64, name: Text, version: Text, digest: SHA256Digest, source: [UInt8], publisherID: String, publishedMilliseconds: Int64
    ) {
        self.number = number
        self.name = name
        self.version = version
        self.digest = digest
        self.source = source
        self.publisherID = publisherID
        self.publishedMilliseconds = publishedMilliseconds
    }
}

package protocol QuestionnaireSnapshot {
    /// The last one; `nil` while none was published.
    func questionnaireInForce() throws -> QuestionnaireRecord?
    /// In the order of publication.
    func questionnaires() throws -> [QuestionnaireRecord]
}

package protocol QuestionnaireTransaction: QuestionnaireSnapshot {
    /// - Throws: `conflict` unless its number comes next, `alreadyExists` if name and version are taken.
    func insertQuestionnaire(_ questionnaire: QuestionnaireRecord) throws
}
