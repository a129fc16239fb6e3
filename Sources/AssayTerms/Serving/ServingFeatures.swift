/// A store of the newest feature values that a gateway fills inputs from, and by which rules.
package struct ServingFeatures: Hashable, Sendable {
    /// What becomes of a row of whose entity nothing valid is known.
    package enum Missing: String, Sendable, CaseIterable {
        /// Its features are missing, as a join has them.
        case pass
        /// The request is refused.
        case refuse
    }

    /// Which value counts where a request brings a feature itself.
    package enum Given: String, Sendable, CaseIterable {
        /// Neither: the request is refused.
        case refuse
        /// The request's; the record says so.
        case request
        /// The store's; what the request brings is left out.
        case store
    }

    /// A file that `assay features materialize` wrote.
    package let store: String
    /// Patterns of the models that do not say themselves which views they read; see ``GlobPattern``.
    package let models: [Text]
    package let missing: Missing
    package let given: Given
    /// The column of requests that holds the time to look up at; `nil` is the moment of the request.
    package let time: Text?

    package init(store: String, models: [Text] = [], missing: Missing = .pass, given: Given = .refuse, time: Text? = nil) {
        self.store = store
        self.models = models
        self.missing = missing
        self.given = given
        self.time = time
    }

    package func isFor(_ model: Text) -> Bool { models.contains { GlobPattern($0, regardsCase: true).matches(model) } }
}
