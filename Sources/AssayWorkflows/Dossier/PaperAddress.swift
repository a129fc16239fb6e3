import AssayJSON
import AssayStore
package import AssayTerms

/// What a paper is to be about, as somebody names it: a model, one of its versions, a data set, or nothing of these, which is the
/// organisation.
package struct PaperAddress: Hashable, Sendable {
    package let model: Text?
    package let version: Int64?
    package let dataset: Text?

    /// - Throws: `invalidArgument` for a version without its model, and for a model and a data set at once.
    package init(model: Text? = nil, version: Int64? = nil, dataset: Text? = nil) throws(AssayError) {
        guard version == nil || model != nil else {
            throw AssayError(.invalidArgument, "A version is one of a model; name the 'model' too.")
        }
        guard model == nil || dataset == nil else {
            throw AssayError(.invalidArgument, "This is about one thing: a 'model', or a 'dataset'.")
        }
        self.model = model
        self.version = version
        self.dataset = dataset
    }

    /// - Throws: `notFound` in MLflow's words.
    func subject(_ tx: any StoreSnapshot) throws -> PaperSubject {
        if let dataset {
            try UseCases.checkDatasetName(dataset)
            return PaperSubject(dataset: dataset)
        }
        guard let model else { return .organisation }
        guard let number = version else { return PaperSubject(modelID: try tx.existingModel(named: model).id) }
        let version = try tx.existingVersion(number, ofModelNamed: model)
        return PaperSubject(
            modelID: version.modelID, versionID: version.id, version: version.number, manifest: version.content.manifestDigest)
    }
}
