import AssayStore
package import AssayTerms

/// Who acts, what for, and on what: checked inside each transaction that serves a request.
///
/// The server sets ``current`` around a route's handler. Every transaction of a use case then sees the records as this
/// principal sees them, so that what may not be read is not there, in the words for what does not exist; and before
/// anything else it looks whether the verb is allowed on the objects the route is about, in the same snapshot or savepoint
/// in which they are used. A handler cannot forget it. Where nothing needs looking up (nothing is denied, everything
/// allowed) no guard is set, and nothing is spent.
///
/// Whatever the verb, an object must be readable to be changed.
package struct AccessGuard: Sendable {
    @TaskLocal package static var current: AccessGuard?

    package let principal: Principal
    package let permission: Permission
    package let objects: [AccessObject]
    let view: View
    private let reach: Reach

    package init(_ principal: Principal, _ permission: Permission, on objects: [AccessObject]) {
        self.principal = principal
        self.permission = permission
        self.objects = objects
        view = View(of: principal)
        reach = principal.reach(permission)
    }

    /// Whether a principal's requests for this need no guard.
    package static func isNeedless(_ principal: Principal, _ permission: Permission) -> Bool {
        principal.reach(.read).isTotal && (permission == .open || principal.reach(permission).isTotal)
            && principal.reach(.readSensitive).isTotal
    }

    /// - Throws: `notFound` for an object that is not there or may not be read, in the words of the former;
    ///   `permissionDenied` for one on which the verb is not allowed.
    func check(_ snapshot: any StoreSnapshot) throws {
        guard permission != .open, permission != .read, !reach.isTotal else { return }
        for object in objects { try check(object, snapshot) }
    }

    private func check(_ object: AccessObject, _ snapshot: any StoreSnapshot) throws {
        switch object {
        case .experiment(let id): try require(experiment: try snapshot.existingExperiment(id).id, snapshot)
        case .newExperiment(let name):
            try require(reach.admits(experiment: name, id: nil), "an experiment named '\(name)'")
        case .run(let id): try require(experiment: try snapshot.existingRun(id).experimentID, snapshot)
        case .loggedModel(let id):
            try require(experiment: try snapshot.existingLoggedModel(id, allowDeleted: true).experimentID, snapshot)
        case .model(let name): try require(model: try snapshot.existingModel(named: name), snapshot)
        case .newModel(let name): try require(reach.admits(model: name, id: nil), "a registered model named '\(name)'")
        case .artifact(let path): try check(fileAt: path, snapshot)
        case .request(let id):
            guard let request = try snapshot.request(id: id) else { throw Governance.unknownRequest(id) }
            try require(model: try snapshot.existingModel(named: request.model), snapshot)
        case .dataset(let name):
            try require(reach.admits(dataset: name, class: try snapshot.datasetClass(name)), "the data set '\(name)'")
        }
    }

    /// A path that names nothing is left to the use case, which says so; frozen files are not to be changed by anybody.
    private func check(fileAt path: Text, _ snapshot: any StoreSnapshot) throws {
        guard let owner = try ArtifactAddress.resolve(path, in: snapshot)?.owner else { return }
        switch owner.kind {
        case .run: try check(.run(owner.id), snapshot)
        case .loggedModel: try check(.loggedModel(owner.id), snapshot)
        case .modelVersion, .modelVersionRun: break
        }
    }

    private func require(experiment id: Int64, _ snapshot: any StoreSnapshot) throws {
        try require(try snapshot.admits(reach, experiment: id), "experiment \(id)")
    }

    private func require(model: RegisteredModel, _ snapshot: any StoreSnapshot) throws {
        try require(try snapshot.admits(reach, model: model.id), "the registered model '\(model.name)'")
    }

    private func require(_ isAllowed: Bool, _ object: String) throws(AssayError) {
        guard !isAllowed else { return }
        throw AssayError(
            .permissionDenied,
            "\(principal.name) may not do this to \(object): it needs the permission '\(permission.rawValue)' there.")
    }
}
