package import AssayTerms

/// Reads what a gateway fills inputs from, `feature-stores/v1`, or lists everything that is wrong with the file by line and column.
package struct FeatureStoresReader: DocumentReading {
    private static let limit = 100

    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8, at most 256 KiB; YAML, and so JSON.
    /// - Returns: at least one store; each stands once.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> [ServingFeatures] {
        try FeatureStoresReader().document(source, noun: "file of feature stores") { $0.stores($1) }
    }

    private mutating func stores(_ node: YAMLNode) -> [ServingFeatures]? {
        guard let fields = fields(node, FeatureStoresTables.file) else { return nil }
        requireFormat(FeatureStoresTables.format, " for feature stores,", in: fields)
        let items = self.items("stores", in: fields) ?? []
        if items.count > Self.limit { report(fields.keyPosition("stores"), "there are more than \(Self.limit) stores") }
        var lines: [Text: Int] = [:]
        return items.compactMap { item in
            guard let store = store(item) else { return nil }
            let name = Text(store.store)
            if let line = lines[name] { report(item.position, "the store '\(store.store)' stands on line \(line) already") }
            lines[name] = lines[name] ?? item.position.line
            return store
        }
    }

    private mutating func store(_ node: YAMLNode) -> ServingFeatures? {
        guard let fields = fields(node, FeatureStoresTables.store) else { return nil }
        let store = text("store", in: fields)
        let models = fields.has("models") ? texts("models", in: fields) : []
        let missing = fields.has("missing") ? word(ServingFeatures.Missing.self, "missing", in: fields) : .pass
        let given = fields.has("given") ? word(ServingFeatures.Given.self, "given", in: fields) : .refuse
        let time = text("time", in: fields)
        guard let store, let models, let missing, let given else { return nil }
        return ServingFeatures(store: store.string, models: models, missing: missing, given: given, time: time)
    }
}
