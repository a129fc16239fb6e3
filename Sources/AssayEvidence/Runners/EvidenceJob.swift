import AssayModels
package import AssayTerms

/// A request with the model that gives predictions, complete in itself: whoever runs it needs nothing else.
package struct EvidenceJob: Sendable, Hashable {
    /// The files of a model's folder, by their paths within it; `nil` where the data's own columns hold predictions.
    package var model: [DataFile]?
    package var request: EvidenceRequest
    /// RFC 3339, UTC, seconds.
    package var computedAt: String

    package init(request: EvidenceRequest, model: [DataFile]? = nil, computedAt: String) {
        self.request = request
        self.model = model
        self.computedAt = computedAt
    }

    /// Computes here and now. Blocks the calling thread.
    ///
    /// - Throws: what `EvidenceEngine.compute` throws, and what is wrong with the model.
    package func compute(progress: (Int) -> Void = { _ in }) throws(AssayError) -> Envelope {
        var scorer: ModelScorer?
        if let model { scorer = try ModelScorer(ScoringModel.load(OpenModelFiles(model))) }
        return try EvidenceEngine.compute(request, scorer: scorer, computedAt: computedAt, progress: progress)
    }
}
