import AssayJSON
package import AssayStore
package import AssayTerms

/// What class a data set is of.
extension UseCases {
    /// Says what class a data set is of; `nil` takes the class away. To keep it closer is done at once; to open it (raw to
    /// anonymised or public, anonymised to public, or to no class from any) takes a second person.
    ///
    /// - Returns: the proposal, where a second person has to confirm it.
    package func classifyDataset(
        _ name: Text, as datasetClass: DatasetClass?, by actor: Principal
    ) async throws -> Proposal? {
        try refuseInDoubt("A data set's class")
        return try await store.write { tx in
            try Self.require(.classify, actor)
            try Self.checkDatasetName(name)
            let before = try tx.datasetClass(name)
            guard before != datasetClass else { return nil }
            if let before, datasetClass.map({ before < $0 }) ?? true {
                return try changeOrPropose(.classify(name, datasetClass), by: actor, in: tx)
            }
            try classify(name, datasetClass, by: actor, confirming: nil, in: tx)
            return nil
        }
    }

    /// Every data set with a class that the reader may read, by name.
    package func datasetClasses(by actor: Principal) async throws -> [(name: Text, datasetClass: DatasetClass)] {
        let reach = actor.reach(.read)
        return try await store.read { try $0.datasetClasses() }.filter { reach.admits(dataset: $0.name, class: $0.datasetClass) }
    }

    static func checkDatasetName(_ name: Text) throws(AssayError) {
        guard !name.isEmpty, name.utf8Count <= 500, !name.utf8.contains(0) else {
            throw AssayError(.invalidArgument, "A data set's name has 1 to 500 bytes.")
        }
    }

    func classify(
        _ name: Text, _ datasetClass: DatasetClass?, by actor: Principal, confirming proposal: Proposal?,
        in tx: any StoreTransaction
    ) throws {
        let before = try tx.datasetClass(name)
        try tx.setDatasetClass(datasetClass, of: name)
        let topic = LedgerTopic.dataset(name)
        try record(
            kind: "dataset.classified", by: actor, topics: [topic], domain: topic,
            payload: Self.payload(
                [
                    "dataset": .string(name.string), "from": before.map { .string($0.rawValue) } ?? .null,
                    "to": datasetClass.map { .string($0.rawValue) } ?? .null,
                ], confirming: proposal), in: tx)
    }
}
