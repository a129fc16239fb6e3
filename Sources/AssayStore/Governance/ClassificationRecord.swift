package import AssayTerms

/// What was once said about the use of a registered model: a classification, or another purpose that none holds for yet.
package struct ClassificationRecord: Hashable, Sendable {
    package struct Result: Hashable, Sendable {
        package let euClass: Text
        /// Of the organisation's own axis.
        package let tier: Text
        /// Name and version of the questionnaire.
        package let questionnaire: Text
        /// Of its file.
        package let questionnaireDigest: SHA256Digest

        package init(euClass: Text, tier: Text, questionnaire: Text, questionnaireDigest: SHA256Digest) {
            self.euClass = euClass
            self.tier = tier
            self.questionnaire = questionnaire
            self.questionnaireDigest = questionnaireDigest
        }
    }

    /// The model's own id, which outlives renaming.
    package let modelID: String
    /// Of the model's statements, from 1.
    package let number: Int64
    /// `nil` where only the purpose was changed: until somebody classifies it the model is unclassified.
    package let result: Result?
    /// The tier the gate asked for last: of this result, or where there is none of the one before; `nil` if there never was one.
    package let heldTier: Text?
    /// Canonical JSON of purpose, answers and outcome.
    package let content: [UInt8]
    /// Whoever answers for it.
    package let authorID: String
    package let recordedMilliseconds: Int64

    package init(
        modelID: String, number: Int64, result: Result?, heldTier: Text?, content: [UInt8], authorID: String,
        recordedMilliseconds: Int64
    ) {
        self.modelID = modelID
        self.number = number
        self.result = result
        self.heldTier = heldTier
        self.content = content
        self.authorID = authorID
        self.recordedMilliseconds = recordedMilliseconds
    }
}

package protocol ClassificationSnapshot {
    /// What was said last of the model.
    func classification(modelID: String) throws -> ClassificationRecord?
    /// Everything that was said of the model, newest first.
    func classifications(modelID: String) throws -> [ClassificationRecord]
    /// What was said last of every model that has or had a version with these files, deleted ones included; by model.
    func classifications(manifest: SHA256Digest) throws -> [ClassificationRecord]
    /// What was said last of each model that is not deleted; by model.
    func standingClassifications() throws -> [ClassificationRecord]
}

package protocol ClassificationTransaction: ClassificationSnapshot {
    /// - Throws: `conflict` unless its number comes next after the model's last.
    func insertClassification(_ classification: ClassificationRecord) throws
}
