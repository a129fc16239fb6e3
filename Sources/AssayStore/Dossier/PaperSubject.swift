package import AssayTerms

/// What a paper is about: a registered model, one of its versions, a data set, or the organisation as a whole.
///
/// Models and versions are named by their ids, which outlive renaming, and a version by the digest of its files as well, so that
/// the same files under another name are found.
package struct PaperSubject: Hashable, Sendable {
    package let modelID: String?
    package let versionID: String?
    /// The version's number.
    package let version: Int64?
    /// Of a version that is frozen.
    package let manifest: SHA256Digest?
    package let dataset: Text?

    package init(
        modelID: String? = nil, versionID: String? = nil, version: Int64? = nil, manifest: SHA256Digest? = nil, dataset: Text? = nil
    ) {
        self.modelID = modelID
        self.versionID = versionID
        self.version = version
        self.manifest = manifest
        self.dataset = dataset
    }

    package static let organisation = PaperSubject()

    /// By ids alone: `version 3f…`.
    package var text: String {
        if let versionID { return "version \(versionID)" }
        if let modelID { return "model \(modelID)" }
        return dataset.map { "data set '\($0)'" } ?? "the organisation"
    }
}
