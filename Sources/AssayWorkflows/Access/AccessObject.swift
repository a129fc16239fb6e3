import AssayStore
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
    /// A paper of a dossier by id.
    case paper(String, PaperKind)
    /// What no model and no data set is.
    case organisation
}

extension AccessObject {
    /// What the access log calls it: nothing for a name that is free.
    ///
    /// - Throws: `notFound` for what is not there.
    func touched(in snapshot: any StoreSnapshot) throws -> [TouchedObject] {
        switch self {
        case .newExperiment, .newModel, .organisation: return []
        case .experiment(let id): return [TouchedObject(.experiment, Text("\(try snapshot.existingExperiment(id).id)"))]
        case .run(let id): return [TouchedObject(.run, try snapshot.existingRun(id).id)]
        case .loggedModel(let id): return [TouchedObject(.loggedModel, try snapshot.existingLoggedModel(id, allowDeleted: true).id)]
        case .model(let name): return [TouchedObject(.model, Text(try snapshot.existingModel(named: name).id))]
        case .artifact(let path):
            guard let address = try ArtifactAddress.resolve(path, in: snapshot) else { return [] }
            return [TouchedObject(file: path, of: address.owner)]
        case .request(let id):
            guard let request = try snapshot.request(id: id) else { return [] }
            let model = try snapshot.existingModel(named: request.model)
            let version = try snapshot.modelVersion(Int64(request.version), ofModelNamed: request.model)
            return [TouchedObject(.model, Text(model.id))] + (version.map { [TouchedObject(.version, Text($0.id))] } ?? [])
        case .paper(let id, _):
            guard let subject = try snapshot.paper(id: id)?.subject else { return [] }
            return (subject.modelID.map { [TouchedObject(.model, Text($0))] } ?? [])
                + (subject.versionID.map { [TouchedObject(.version, Text($0))] } ?? [])
                + (subject.dataset.map { [TouchedObject(.dataset, $0)] } ?? [])
        case .dataset(let name): return [TouchedObject(.dataset, name)]
        }
    }
}
