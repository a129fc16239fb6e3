import AssayLedgerFormat
package import AssayStore
package import AssayTerms

/// Whether the tables say of one model what its entries say, asked where somebody is told which version stands where. The comparison of
/// everything at start does not see what is written past the server while it runs.
extension UseCases {
    private static let modelPage = 500

    /// - Throws: as ``requireRecorded(modelID:name:_:)``.
    package func requireRecordedWhereGoverned(_ models: [RegisteredModel], _ tx: any StoreSnapshot) throws {
        try requireRecordedWhereGoverned(models.map { (id: $0.id, name: $0.name) }, tx)
    }

    /// - Throws: as ``requireRecorded(modelID:name:_:)``.
    package func requireRecordedWhereGoverned(_ versions: [ModelVersion], _ tx: any StoreSnapshot) throws {
        try requireRecordedWhereGoverned(versions.map { (id: $0.modelID, name: $0.modelName) }, tx)
    }

    /// Refuses to tell where versions of a model stand where its entries say otherwise. Where no policy was ever published nothing is looked
    /// at, as nothing is gated then.
    ///
    /// - Parameter tx: of a reading use case: what is not committed is not kept in mind.
    /// - Throws: as ``requireRecorded(modelID:name:_:)``.
    private func requireRecordedWhereGoverned(_ models: [(id: String, name: Text)], _ tx: any StoreSnapshot) throws {
        guard recordCheck != nil else { return }
        var seen: Set<Text> = []
        let wanted = models.filter { seen.insert(Text($0.id)).inserted }
        guard !wanted.isEmpty, try hasPolicies(tx) else { return }
        for model in wanted { try requireRecorded(modelID: model.id, name: model.name, tx) }
    }

    /// - Parameter tx: as above.
    /// - Throws: `conflict` with what differs: name, versions, stages, aliases, registration, and how places were taken.
    /// - Complexity: the model's entries the first time, those added since afterwards; and one look at its rows.
    func requireRecorded(modelID id: String, name: Text, _ tx: any StoreSnapshot) throws {
        let replay = try replay(ofModel: id, tx)
        let stored = try tx.governedFacts(ofModel: id)
        let said = replay.facts.filter { $0.key.isWhereVersionsStand(ofModel: id) }
        let differences = Set(stored.keys).union(said.keys).filter { replay.knows($0) && said[$0] != stored[$0] }
            .map { RecordComparison.Difference($0, log: said[$0], database: stored[$0]).text }
        guard let first = differences.min() else { return }
        let rest = differences.count > 1 ? "; and \(differences.count - 1) more" : ""
        throw AssayError(
            .conflict,
            "The database is not what the log says of \(name): \(first)\(rest). Until it is, nothing is told of where its versions stand. "
                + "Whoever runs the server lists what differs with `assay audit verify --data-dir DIR` and puts it back.")
    }

    private func replay(ofModel id: String, _ tx: any StoreSnapshot) throws -> GovernedReplay {
        let topic = LedgerTopic.model(id)
        let newest = try tx.newestOrdinal(about: topic)
        var read = modelRecords.read(ofModel: Text(id), upTo: newest)
        while read.ordinal < newest {
            let page = try tx.ledgerEntries(about: [topic], after: read.ordinal, limit: Self.modelPage)
            guard let last = page.last else { break }
            for entry in page where GovernedReplay.reads(entry.kind) {
                let leaf = try LedgerLeaf(parsing: entry.leaf)
                guard leaf.id == entry.id, leaf.kind == entry.kind else {
                    throw AssayError(.corrupt, "The database files the ledger entry \(entry.id) under another id or kind than its leaf's.")
                }
                read.replay.apply(leaf.id, kind: leaf.kind, by: leaf.actor, about: entry.topics, payload: try payload(of: entry))
            }
            read.ordinal = last.ordinal
        }
        modelRecords.keep(read, ofModel: Text(id))
        return read.replay
    }
}

extension GovernedFact {
    /// Whether ``GovernanceSnapshot/governedFacts(ofModel:)`` tells of it.
    fileprivate func isWhereVersionsStand(ofModel id: String) -> Bool {
        switch self {
        case .name(id), .stage(_, id), .version(_, id), .admission(_, id), .alias(_, id), .placement(_, id, _): true
        default: false
        }
    }
}
