package import AssayTerms

/// Pipelines of continuous training and their runs, read.
package protocol TrainingSnapshot {
    /// The last one; `nil` while none was applied.
    func trainingRulesInForce() throws -> AppliedDocument?

    /// `nil` where there is none, or its model is not seen.
    func training(id: String) throws -> TrainingRecord?
    /// Newest first, of models that are seen.
    func trainings(pipeline: Text?, modelID: String?, limit: Int) throws -> [TrainingRecord]
    /// Newest first, of one pipeline and model, without those that bounds held back.
    func begunTrainings(pipeline: Text, modelID: String, limit: Int) throws -> [TrainingRecord]
    /// Whether the reason was taken already.
    func hasTraining(pipeline: Text, modelID: String, triggerKey: Text) throws -> Bool
    /// Every one that is queued or started, the oldest first.
    func unfinishedTrainings() throws -> [TrainingRecord]
    /// Who began the training of a version, and wrote its pipelines, in order; of any version with these files too.
    func trainingAuthors(versionID: String, manifest: SHA256Digest?) throws -> [String]
    /// Finished with a version of which the gate was not asked yet.
    func unaskedTrainings(limit: Int) throws -> [TrainingRecord]
}

package protocol TrainingTransaction: TrainingSnapshot {
    /// - Throws: `conflict` where other ones were applied in the meantime.
    func insertTrainingRules(_ rules: AppliedDocument) throws
    func insertTraining(_ training: TrainingRecord) throws
    /// Those who stand already stay.
    func insertTrainingAuthors(_ ids: [String], versionID: String, manifest: SHA256Digest?) throws
    func updateTraining(_ training: TrainingRecord) throws
}
