import AssayLedgerFormat
import AssayStore
import AssayTerms

/// Making seals: drafted on a snapshot, entered in a use case.
extension UseCases {
    /// The run's next seal, over at most ``SealSchedule/rowLimit`` metric rows and the whole of everything else.
    ///
    /// - Parameter reason: `nil` to tell it from the run's state.
    /// - Throws: `corrupt` if the run's newest seal is not what its leaf says.
    func draftSeal(
        of run: RunHandle, because reason: RunSeal.Reason? = nil, in tx: any StoreSnapshot
    ) throws -> SealDraft {
        let entry = try tx.newestLedgerEntry(about: LedgerTopic.run(run.id), kind: LedgerKind.runSeal)
        let earlier = try entry.flatMap { try self.seal(in: $0) }
        let salt = earlier?.salt ?? effects.randomBytes(SealPartHasher.saltLength)
        let whole = try Self.wholeRun(run, tx)
        let files = try tx.files(FileOwner(.run, id: run.id))
        let metrics = try Self.metrics(of: run, after: earlier?.through, salt: salt, tx)
        let parts = RunSeal.Parts { kind in
            kind == .metrics ? metrics.part : SealPart(state: kind, of: whole, files: files, salt: salt)
        }
        if let earlier, metrics.part.count == 0, parts.changes(since: earlier.parts).isEmpty {
            return SealDraft(run: run, previous: entry?.id, seal: nil, hasMore: metrics.hasMore)
        }
        let status = whole.info.status
        let seal = RunSeal(
            runID: run.id, number: (earlier?.number ?? 0) + 1, previous: entry?.id,
            reason: reason ?? Self.reason(status, earlier: earlier, isFull: metrics.hasMore), status: status, salt: salt,
            after: earlier?.through, through: metrics.through, parts: parts)
        return SealDraft(run: run, previous: entry?.id, seal: seal, hasMore: metrics.hasMore)
    }

    private static func wholeRun(_ handle: RunHandle, _ tx: any StoreSnapshot) throws -> Run {
        guard let run = try tx.run(handle.id) else {
            throw AssayError(.internalFault, "A run vanished inside one snapshot.")
        }
        return run
    }

    /// The next metric rows, as many as one seal covers.
    private static func metrics(
        of run: RunHandle, after place: Int64?, salt: [UInt8], _ tx: any StoreSnapshot
    ) throws -> (part: SealPart, through: Int64?, hasMore: Bool) {
        var hasher = SealPartHasher(.metrics, salt: salt)
        var through = place
        let hasMore = try tx.metricRows(of: run, after: place, limit: Int(SealSchedule.rowLimit)) { (row: MetricRow) in
            hasher.add(row)
            through = row.place
        }
        return (hasher.finish(), through, hasMore)
    }

    /// Enters a draft, unless the run was sealed since the draft's snapshot.
    ///
    /// - Returns: the entry of the run's newest seal; `nil` if somebody else sealed the run meanwhile, and nothing was done.
    func enter(_ draft: SealDraft, in tx: any StoreTransaction) throws -> String? {
        let newest = try tx.newestLedgerEntry(about: LedgerTopic.run(draft.run.id), kind: LedgerKind.runSeal)
        guard newest?.id == draft.previous else { return nil }
        guard let seal = draft.seal else { return draft.previous }
        return try record(
            kind: LedgerKind.runSeal, by: .server, subjects: [.init(type: RunSeal.subjectType, digest: seal.digest)],
            topics: [LedgerTopic.run(draft.run.id)], domain: "experiment:\(draft.run.experimentID)", payload: seal.json,
            in: tx)
    }

    /// What an entry of kind ``RunSeal/entryKind`` says; `nil` once its payload is erased.
    ///
    /// - Throws: `corrupt` if the payload is not what the leaf says; `unreadable` if it is no seal.
    func seal(in entry: LedgerEntryRecord) throws -> RunSeal? {
        try payload(of: entry).map { try RunSeal(json: $0) }
    }

    // MARK: - Registration

    /// Seals the run of a version to be registered, but for the last piece, which is entered with the registration.
    ///
    /// - Returns: `nil` if there is no such run here.
    func draftSealForRegistration(ofRun id: Text) async throws -> SealDraft? {
        while true {
            let draft = try await store.read { tx in
                try tx.runHandle(id).map { try draftSeal(of: $0, because: .registration, in: tx) }
            }
            guard let draft, draft.hasMore else { return draft }
            _ = try await store.write { try enter(draft, in: $0) }
        }
    }

    /// Enters the last piece.
    ///
    /// - Returns: the entry of the run's newest seal, which covers the run as `draft` has it or later; `nil` if there is no
    ///   such run here.
    func enterForRegistration(_ draft: SealDraft?, ofRun id: Text, in tx: any StoreTransaction) throws -> String? {
        if let draft, draft.run.id == id, let entered = try enter(draft, in: tx) { return entered }
        // Sealed by somebody else since, or the source has come to mean another run: what is left is read here.
        guard let run = try tx.runHandle(id) else { return nil }
        return try enter(draftSeal(of: run, because: .registration, in: tx), in: tx)
    }

    private static func reason(_ status: RunStatus, earlier: RunSeal?, isFull: Bool) -> RunSeal.Reason {
        // A seal that follows a full one goes on with the same rows.
        if isFull || earlier?.parts[.metrics].count == SealSchedule.rowLimit { return .rows }
        guard status.isEnded else { return .idle }
        return earlier?.status.isEnded ?? false ? .late : .ended
    }
}

extension SealPartHasher {
    mutating func add(_ row: MetricRow) {
        addMetric(
            place: row.place, key: row.key, timestamp: row.timestamp, step: row.step, value: row.value, isNaN: row.isNaN)
    }
}

extension SealPart {
    /// The part of everything that is sealed as a whole.
    init(state kind: Kind, of run: Run, files: [FileRecord], salt: [UInt8]) {
        var hasher = SealPartHasher(kind, salt: salt)
        switch kind {
        case .metrics: break
        case .info: hasher.add(run.info)
        case .params: for pair in run.params.sorted(by: { $0.key < $1.key }) { hasher.add(pair) }
        case .tags: for pair in run.tags.sorted(by: { $0.key < $1.key }) { hasher.add(pair) }
        case .latest:
            for point in run.metrics.sorted(by: { $0.key < $1.key }) {
                hasher.addLatest(
                    key: point.key, timestamp: point.timestamp, step: point.step, value: point.value,
                    isNaN: point.value.isNaN)
            }
        case .datasets:
            let key = { (input: DatasetInput) in (input.dataset.name, input.dataset.digest) }
            for input in run.datasets.sorted(by: { key($0) < key($1) }) { hasher.add(input) }
        case .modelInputs: for model in run.modelInputs.sorted() { hasher.add(modelInput: model) }
        case .modelOutputs:
            for output in run.modelOutputs.sorted(by: { ($0.modelID, $0.step) < ($1.modelID, $1.step) }) {
                hasher.add(output)
            }
        case .files:
            for file in files.sorted(by: { $0.path < $1.path }) {
                hasher.addFile(
                    path: file.path, size: file.size, digest: file.digest, writtenBy: file.writtenBy,
                    isHeld: file.blob != nil)
            }
        }
        self = hasher.finish()
    }
}
