import AssayStore
package import AssayTerms

/// Who acts, what for, and on what: checked inside each transaction that serves a request.
///
/// The server sets ``current`` around a route's handler. Every transaction of a use case then sees the records as this
/// principal sees them, so that what may not be read is not there, in the words for what does not exist; and before
/// anything else it looks whether the verb is allowed on the objects the route is about, in the same snapshot or savepoint
/// in which they are used. A handler cannot forget it. What is looked at and changed is noted on the way, and the record of
/// a change goes into the transaction of the change; see ``AccessLog``.
///
/// Whatever the verb, an object must be readable to be changed.
package struct AccessGuard: Sendable {
    @TaskLocal package static var current: AccessGuard?

    package let principal: Principal
    package let permission: Permission
    package let objects: [AccessObject]
    let view: View
    private let reach: Reach
    private let log: AccessLog?
    private let route: Text
    private let address: Text?

    /// - Parameters:
    ///   - route: the method and path of the route, for the access log.
    ///   - address: of the client, where it is to be kept.
    package init(
        _ principal: Principal, _ permission: Permission, on objects: [AccessObject], route: Text = "", address: Text? = nil,
        log: AccessLog? = nil
    ) {
        self.principal = principal
        self.permission = permission
        self.objects = objects
        self.log = log
        self.route = route
        self.address = address
        view = View(of: principal)
        reach = principal.reach(permission)
    }

    /// Whether the objects of a request have to be found to be checked.
    package static func needsObjects(_ principal: Principal, _ permission: Permission) -> Bool {
        !principal.reach(.read).isTotal || !principal.reach(permission).isTotal
    }

    /// - Throws: `notFound` for an object that is not there or may not be read, in the words of the former;
    ///   `permissionDenied` for one on which the verb is not allowed.
    func check(_ snapshot: any StoreSnapshot) throws {
        guard permission != .open, !reach.isTotal || !view.isWhole else { return }
        for object in objects { try check(object, snapshot) }
    }

    // MARK: - The access log

    /// The record of a change so far, entered in the change's own transaction; `nil` where there is nothing new to say.
    func enter(in tx: any StoreTransaction) throws -> AccessRecord? {
        guard let log else { return nil }
        let objects = view.trail.unrecorded
        guard !objects.isEmpty else { return nil }
        let record = self.record(objects, .allowed)
        return try log.enter(record, in: tx) ? record : nil
    }

    func didCommit(_ record: AccessRecord?, objects count: Int) {
        view.trail.markRecorded(count)
        if let record { log?.didCommit(record) }
    }

    /// Notes how the request went, once its handler is done.
    ///
    /// - Parameter error: what the handler threw.
    /// - Throws: what the store throws where the record has to be durable first.
    package func finish(_ error: (any Error)?) async throws {
        guard let log else { return }
        let unseen = view.trail.unseen
        if !unseen.isEmpty { try await log.note(record(unseen, .denied), mustBeDurable: true) }
        if let error {
            let isDenied = (error as? AssayError)?.code == .permissionDenied
            let touched = view.trail.touched
            guard isDenied || !touched.isEmpty else { return }
            return try await log.note(record(touched, isDenied ? .denied : .failed), mustBeDurable: isDenied)
        }
        let touched = view.trail.unrecorded
        guard !touched.isEmpty else { return }
        // Rows about people: whoever may read them at all is noted before they are sent.
        let isPersonal = touched.contains { $0.kind == .dataset } && !view.readingSensitive.allowed.isEmpty
        try await log.note(record(touched, .allowed), mustBeDurable: isPersonal)
    }

    private func record(_ objects: [TouchedObject], _ outcome: AccessRecord.Outcome) -> AccessRecord {
        AccessRecord(
            principalID: principal.id, verb: permission, route: route, objects: objects, outcome: outcome, address: address)
    }

    // MARK: - Single objects

    /// - Throws: as ``check(_:)`` for one more object, of which the route knows nothing.
    func check(_ object: AccessObject, _ snapshot: any StoreSnapshot) throws {
        guard !reach.isTotal || !view.isWhole else { return }
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
        case .paper(let id, let kind): try check(paper: id, kind, snapshot)
        case .organisation: try require(reach.isTotal, "the organisation")
        case .dataset(let name):
            try require(reach.admits(dataset: name, class: try snapshot.datasetClass(name)), "the data set '\(name)'")
        }
    }

    private func check(paper id: String, _ kind: PaperKind, _ snapshot: any StoreSnapshot) throws {
        guard let paper = try snapshot.paper(id: id), paper.kind == kind else { throw Governance.unknownPaper(id, kind) }
        if let model = paper.subject.modelID {
            try require(try snapshot.admits(reach, model: model), "the model of this \(kind.word)")
        } else if let dataset = paper.subject.dataset {
            try check(.dataset(dataset), snapshot)
        } else {
            try check(.organisation, snapshot)
        }
    }

    /// A path that names nothing is left to the use case, which says so; frozen files are not to be changed by anybody.
    private func check(fileAt path: Text, _ snapshot: any StoreSnapshot) throws {
        guard let owner = try ArtifactAddress.resolve(path, in: snapshot)?.owner else { return }
        switch owner.kind {
        case .run: try check(.run(owner.id), snapshot)
        case .loggedModel: try check(.loggedModel(owner.id), snapshot)
        case .modelVersion, .modelVersionRun, .paper: break
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
