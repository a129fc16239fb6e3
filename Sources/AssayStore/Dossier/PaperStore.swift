package import AssayTerms

/// Papers as they can be read.
package protocol PaperSnapshot {
    /// `nil` also for one about a model or data set that is not seen.
    func paper(id: String) throws -> PaperRecord?

    /// The newest first, without those about models and data sets that are not seen.
    func papers(_ query: PaperQuery) throws -> [PaperRecord]

    /// Every paper in force that bears on a version, oldest first, whoever asks: about the model; about these files under any
    /// name; about another model that has or had a version with these files; and records about the organisation.
    func papersInForce(modelID: String, manifest: SHA256Digest?) throws -> [PaperRecord]
}

package protocol PaperTransaction: PaperSnapshot {
    /// - Throws: `alreadyExists` if the id is taken.
    func insertPaper(_ paper: PaperRecord) throws

    /// Replaces state, content, revision and time of the paper with the same id.
    ///
    /// - Throws: `conflict` unless `paper` is the revision after the stored one; `notFound` for an unknown id.
    func updatePaper(_ paper: PaperRecord) throws
}
