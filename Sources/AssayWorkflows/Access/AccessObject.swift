package import AssayTerms

/// What a request is about, as its route finds it: enough to look it up in the transaction that serves the request.
package enum AccessObject: Hashable, Sendable {
    case experiment(Int64)
    /// A name an experiment is to have.
    case newExperiment(Text)
    case run(Text)
    case loggedModel(Text)
    /// A registered model by name.
    case model(Text)
    /// A name a registered model is to have.
    case newModel(Text)
    /// A path below the root of all artifacts.
    case artifact(Text)
    /// A promotion request by id.
    case request(String)
    /// A data set by name.
    case dataset(Text)
}
