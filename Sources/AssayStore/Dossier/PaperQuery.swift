package import AssayTerms

/// Which papers a list holds; what is left out does not matter.
package struct PaperQuery: Hashable, Sendable {
    package static let largestLimit = 1_000

    package var kind: PaperKind
    package var type: Text?
    package var modelID: String?
    package var versionID: String?
    package var dataset: Text?
    package var isInForce: Bool?
    package var limit: Int

    package init(
        _ kind: PaperKind, type: Text? = nil, modelID: String? = nil, versionID: String? = nil, dataset: Text? = nil,
        isInForce: Bool? = nil, limit: Int = PaperQuery.largestLimit
    ) {
        self.kind = kind
        self.type = type
        self.modelID = modelID
        self.versionID = versionID
        self.dataset = dataset
        self.isInForce = isInForce
        self.limit = limit
    }
}
