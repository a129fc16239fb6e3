import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

/// What all papers of dossiers have in common: how they are made, changed and found.
extension Governance {
    /// What one paper may say at most.
    private static let contentLimit = 256 << 10

    /// Milliseconds since 1970.
    package var now: Int64 { effects.nowMilliseconds() }

    // MARK: - Reading

    /// - Parameter address: whose papers; those of everything without it.
    /// - Returns: the newest first.
    package func papers(
        _ kind: PaperKind, about address: PaperAddress? = nil, type: Text? = nil, inForceOnly: Bool = false, limit: Int? = nil
    ) async throws -> [Paper] {
        try await store.read { tx in
            var query = PaperQuery(kind, type: type, isInForce: inForceOnly ? true : nil)
            if let limit { query.limit = limit }
            if let address {
                let subject = try address.subject(tx)
                query.modelID = subject.modelID
                query.versionID = subject.versionID
                query.dataset = subject.dataset
            }
            return try tx.papers(query).map { try Paper($0, tx) }
        }
    }

    /// A paper with its entries in the log, oldest first.
    ///
    /// - Throws: `notFound`.
    package func paper(id: String, _ kind: PaperKind) async throws -> (paper: Paper, history: [HistoryEntry]) {
        let paper = try await store.read { try self.existingPaper(id, kind, $0) }
        return (paper, try await useCases.history(about: LedgerTopic.paper(id)))
    }

    /// - Throws: `notFound`, also for a paper of another kind.
    func existingPaper(_ id: String, _ kind: PaperKind, _ tx: any StoreSnapshot) throws -> Paper {
        guard let record = try tx.paper(id: id), record.kind == kind else { throw Self.unknownPaper(id, kind) }
        return try Paper(record, tx)
    }

    static func unknownPaper(_ id: String, _ kind: PaperKind) -> AssayError {
        AssayError(.notFound, "There is no \(kind.word) with the id \(id.prefix(64)).")
    }

    // MARK: - Writing

    /// Checks who states something on record.
    ///
    /// - Parameter what: the beginning of a sentence: "A record".
    /// - Throws: `permissionDenied` for nobody named, for a credential that somebody else made, and for what is about more than the
    ///   person's permission reaches; `unauthenticated` without a fresh log-in; `conflict` in doubt.
    func requireSigner(
        _ principal: Principal, _ permission: Permission, about address: PaperAddress, for what: String
    ) throws(AssayError) {
        guard principal.isNamed, principal.may(permission) else {
            throw AssayError(.permissionDenied, "\(what) needs a named person with the permission '\(permission.rawValue)'.")
        }
        guard principal.isAnswerable else {
            throw AssayError(
                .permissionDenied, "\(what) needs a credential that nobody else made.\(principal.remedy(for: permission))")
        }
        if address.model == nil, address.dataset == nil, !principal.reach(permission).isTotal {
            throw AssayError(
                .permissionDenied, "\(what) about the organisation needs the permission '\(permission.rawValue)' on everything.")
        }
        try useCases.refuseInDoubt(what)
        try useCases.requireFreshLogin(principal, for: what)
    }

    /// Keeps a new paper and its entry.
    ///
    /// - Parameter event: the end of the entry's kind: `opened`.
    func insert(
        _ kind: PaperKind, type: Text = "", about subject: PaperSubject, state: Text, isInForce: Bool = true, _ content: JSONObject,
        event: String, by actor: Principal, _ tx: any StoreTransaction
    ) throws -> Paper {
        let record = PaperRecord(
            id: effects.newID(), kind: kind, type: type, subject: subject, state: state, isInForce: isInForce,
            content: try Self.bytes(content), makerID: actor.id, makerName: actor.name, madeMilliseconds: effects.nowMilliseconds())
        try tx.insertPaper(record)
        try enter(record, event: event, by: actor, tx)
        return try Paper(record, tx)
    }

    /// Keeps the next revision of a paper and its entry.
    func revise(
        _ paper: Paper, state: Text? = nil, isInForce: Bool? = nil, _ content: JSONObject? = nil, event: String, by actor: Principal,
        _ tx: any StoreTransaction
    ) throws -> Paper {
        var record = paper.record
        if let state { record.state = state }
        if let isInForce { record.isInForce = isInForce }
        if let content { record.content = try Self.bytes(content) }
        record.revision += 1
        record.changedMilliseconds = effects.nowMilliseconds()
        try tx.updatePaper(record)
        try enter(record, event: event, by: actor, tx)
        return try Paper(record, tx)
    }

    private func enter(_ record: PaperRecord, event: String, by actor: Principal, _ tx: any StoreTransaction) throws {
        let model = try record.subject.modelID.flatMap { try tx.registeredModel(id: $0)?.name }
        try useCases.record(
            kind: PaperEntry.kind(of: record, event: event), by: actor,
            subjects: record.subject.manifest.map { [LedgerLeaf.Subject(type: "manifest", digest: $0)] } ?? [],
            topics: PaperEntry.topics(of: record), domain: PaperEntry.domain(of: record),
            payload: .object(try PaperEntry.payload(of: record, model: model)), in: tx)
    }

    private static func bytes(_ content: JSONObject) throws -> [UInt8] {
        let bytes = try JSONValue.object(content).canonicalBytes()
        guard bytes.count <= contentLimit else {
            throw AssayError(.limitExceeded, "What this says is longer than \(contentLimit) bytes; attach a file instead.")
        }
        return bytes
    }

    // MARK: - People

    /// The id of the person with an account of that name.
    ///
    /// - Throws: `notFound`; `invalidArgument` for an account out of use, and for a program's.
    func person(named name: Text, _ tx: any StoreSnapshot) throws -> String {
        let user = try UseCases.existingUser(named: name, tx)
        guard user.kind == .person, !user.isDisabled else {
            throw AssayError(.invalidArgument, "'\(name)' is no person whose account is in use.")
        }
        return user.id
    }

    /// Everyone who answers for what a paper is about: the authors of its version, or of every version of its model.
    func authors(of subject: PaperSubject, _ tx: any StoreSnapshot) throws -> Set<Text> {
        if let id = subject.versionID {
            return Set(try tx.modelVersion(id: id).map { try governed(tx, $0).authors } ?? [])
        }
        guard let model = subject.modelID else { return [] }
        return Set(try tx.modelVersions(ofModel: model).flatMap { try governed(tx, $0).authors })
    }

    static func reason(_ text: Text) throws(AssayError) -> String {
        guard text.utf8.contains(where: { $0 > 0x20 }), text.utf8Count <= 4_096, !text.utf8.contains(0) else {
            throw AssayError(.invalidArgument, "This needs a 'reason' of 1 to 4096 bytes.")
        }
        return text.string
    }
}

extension PaperKind {
    /// For messages.
    var word: String {
        switch self {
        case .evaluation: "risk evaluation"
        case .decision: "design decision"
        case .hold: "legal hold"
        case .record, .finding, .waiver, .risk, .incident, .retirement, .validation, .rollout: rawValue
        }
    }
}
