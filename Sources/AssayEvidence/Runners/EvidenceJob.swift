package import AssayForeign
import AssayModels
package import AssayTerms

/// A request with the model that gives predictions, complete in itself: whoever runs it needs nothing else.
package struct EvidenceJob: Sendable, Hashable {
    /// The files of a model's folder, by their paths within it; `nil` where the data's own columns hold predictions.
    package var model: [DataFile]?
    /// The process of a model that this build does not read itself; `nil` until one is known to be needed.
    package var foreign: ForeignHandle?
    /// The profile that `drift.*` compares with; the request's inputs name it with its digest.
    package var reference: DataFile?
    package var request: EvidenceRequest
    /// RFC 3339, UTC, seconds.
    package var computedAt: String

    package init(request: EvidenceRequest, model: [DataFile]? = nil, reference: DataFile? = nil, computedAt: String) {
        self.request = request
        self.reference = reference
        self.model = model
        self.computedAt = computedAt
    }

    /// Bytes of a profile that are read.
    package static let profileLimit = 256 << 20

    /// Computes here and now. Blocks the calling thread.
    ///
    /// - Throws: what `EvidenceEngine.compute` throws, and what is wrong with the model or the reference. For a model that only its
    ///   own library scores, and no process for it, the error's cause is `NeedsOwnLibrary`.
    package func compute(progress: (Int) -> Void = { _ in }) throws(AssayError) -> Envelope {
        var scorer: (any BlockScorer)?
        if let model {
            switch try LoadedModel.load(OpenModelFiles(model), foreign: .handed(foreign)) {
            case .native(let model): scorer = try ModelScorer(model)
            case .foreign(let model): scorer = try ForeignScorer(model)
            }
        }
        var request = request
        var profile: DriftProfile?
        if let reference {
            let bytes = try OpenModelFiles.contents(of: reference, what: "the reference profile", limit: Self.profileLimit)
            let read = try DriftProfileJSON.profile(from: bytes, name: reference.name.string)
            for index in request.inputs.indices where request.inputs[index].role == "reference" {
                request.inputs[index].rows = read.rowCount
            }
            profile = read
        }
        return try EvidenceEngine.compute(request, scorer: scorer, reference: profile, computedAt: computedAt, progress: progress)
    }
}
