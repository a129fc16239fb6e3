package import AssayTerms

/// The kinds of record an import counts, in the order of its table. The raw value is their name for people.
package enum ImportKind: String, CaseIterable, Sendable {
    case experiments
    case experimentTags = "experiment tags"
    case runs
    case params
    case tags
    case metrics
    case latestMetrics = "latest metrics"
    case datasetInputs = "dataset inputs"
    case datasetInputTags = "dataset input tags"
    case modelInputs = "model inputs"
    case modelOutputs = "model outputs"
    case loggedModels = "logged models"
    case loggedModelParams = "logged model params"
    case loggedModelTags = "logged model tags"
    case loggedModelMetrics = "logged model metrics"
    case registeredModels = "registered models"
    case registeredModelTags = "registered model tags"
    case aliases
    case versions = "model versions"
    case versionTags = "model version tags"
    case files
    case bytes = "bytes of files"
}

/// How many of each kind.
package struct ImportTally: Hashable, Sendable {
    private var counts: [ImportKind: Int64] = [:]

    package init() {}

    package subscript(kind: ImportKind) -> Int64 {
        get { counts[kind, default: 0] }
        set { counts[kind] = newValue == 0 ? nil : newValue }
    }

    package mutating func add(_ other: ImportTally) { counts.merge(other.counts, uniquingKeysWith: +) }
}

/// What a source says it has.
package struct ImportInventory: Sendable {
    /// How much of a kind is there, where that can be asked for without reading it.
    package var counts: [ImportKind: Int64]
    /// What Assay has no place for, or what hangs on nothing, with how much of it there is.
    package var leftOut: [LeftOut]

    package struct LeftOut: Hashable, Sendable {
        package let name: Text
        package let count: Int64
        /// Why, where the name does not say it.
        package let reason: Text?

        package init(name: Text, count: Int64, reason: Text? = nil) {
            self.name = name
            self.count = count
            self.reason = reason
        }
    }

    package init(counts: [ImportKind: Int64] = [:], leftOut: [LeftOut] = []) {
        self.counts = counts
        self.leftOut = leftOut
    }
}
