import AssayStore
package import AssayTerms

/// Reading the access log.
extension UseCases {
    /// The newest records that meet the query. To ask is an access itself, and noted.
    ///
    /// - Throws: `permissionDenied` for people who may not audit everything; `notFound` for a model that never was.
    package func accesses(_ query: AccessQuery, by actor: Principal) async throws -> AccessAnswer {
        try Self.require(.audit, actor)
        guard (1...AccessQuery.longestLimit).contains(query.limit) else {
            throw AssayError(.invalidArgument, "From 1 to \(AccessQuery.longestLimit) records are answered, not \(query.limit).")
        }
        AccessGuard.current?.view.trail.note(TouchedObject(.accessLog, query.text))
        // What is looked up to answer is nothing the asker reads.
        return try await AccessGuard.$current.withValue(nil) { try await self.answer(query) }
    }

    private func answer(_ query: AccessQuery) async throws -> AccessAnswer {
        try await accessLog?.flush()
        let filter = try await store.read { try Self.filter(query, $0) }
        var found: [TimedAccessRecord] = []
        let open = try await store.read { try $0.openAccessRecords(after: 0, byteLimit: Int.max) }
        for record in open.reversed() {
            let timed = try TimedAccessRecord(parsing: keyring.open(record.sealed, context: AccessLog.recordContext))
            if filter.admits(timed) { found.append(timed) }
        }
        let segments = try await store.read { try $0.accessSegments(from: query.since, through: query.until) }
        for segment in segments where found.count <= query.limit {
            guard let whole = try await store.read({ try $0.accessSegment(segment.number) }) else { continue }
            found += try accessRecords(of: whole).reversed().filter(filter.admits)
        }
        let people = try await store.read { try $0.users() }.map { (Text($0.id), $0.name) }
        let sorted = found.enumerated().sorted {
            ($1.element.milliseconds, $0.offset) < ($0.element.milliseconds, $1.offset)
        }.map(\.element)
        return AccessAnswer(
            records: Array(sorted.prefix(query.limit)), names: Dictionary(people, uniquingKeysWith: { first, _ in first }),
            isCut: sorted.count > query.limit)
    }

    private struct Filter {
        let since: Int64
        let until: Int64
        var principalID: String?
        var objects: Set<TouchedObject>?
        /// Of ids of file objects.
        var filePrefix: Text?

        func admits(_ timed: TimedAccessRecord) -> Bool {
            guard (since...until).contains(timed.milliseconds) else { return false }
            if let principalID, timed.record.principalID != principalID { return false }
            guard let objects else { return true }
            return timed.record.objects.contains { object in
                objects.contains(object)
                    || filePrefix.map { object.kind == .file && object.id.string.hasPrefix($0.string) } ?? false
            }
        }
    }

    private static func filter(_ query: AccessQuery, _ tx: any StoreSnapshot) throws -> Filter {
        var filter = Filter(since: query.since, until: max(query.since, query.until))
        switch query.subject {
        case nil: break
        case .run(let id):
            filter.objects = Set([TouchedObject(.run, id)] + (try made(in: id, tx)))
            filter.filePrefix = Text("\(FileOwner.Kind.run.rawValue)/\(id)/")
        case .model(let name):
            let ids = try tx.modelIDs(everNamed: name)
            guard !ids.isEmpty else { throw AssayError(.notFound, "Registered Model with name=\(name) not found") }
            filter.objects = Set(ids.map { TouchedObject(.model, Text($0)) })
        case .dataset(let name): filter.objects = [TouchedObject(.dataset, name)]
        case .user(let name): filter.principalID = try tx.user(named: name)?.id ?? name.string
        }
        return filter
    }

    /// The logged models of a run: present clients keep a run's model beside it, and read it there.
    private static func made(in runID: Text, _ tx: any StoreSnapshot) throws -> [TouchedObject] {
        guard let run = try tx.runInfo(runID) else { return [] }
        let clause = SearchClause(entity: .attribute, key: "source_run_id", comparator: .equal, value: .text(runID))
        let query = SearchQuery(clauses: [clause], limit: Self.madeLimit)
        return try tx.searchLoggedModels(query, experiments: [run.experimentID], datasets: []).items.map {
            TouchedObject(.loggedModel, $0.id)
        }
    }

    private static let madeLimit = 1_000
}

extension UseCases {
    /// Payloads of the log say what stands in models and of people: who reads them is noted like any other reader.
    func noteReadingLog(_ part: Text) { AccessGuard.current?.view.trail.note(TouchedObject(.log, part)) }
}
