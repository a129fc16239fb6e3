import AssayJSON
import AssayStore
import AssayTerms

extension UseCases {
    /// Enters what the local operator did to the master key: who keeps it now, and nothing of the key.
    package func enterMasterKeyChange(_ change: MasterKeyChange) async throws {
        try await store.write { tx in
            _ = try record(
                kind: change.kind.rawValue, by: .localOperator, topics: [], domain: "keys",
                payload: [
                    "from": .string(change.from.description), "to": .string(change.to.description),
                    "data_keys": .integer(Int64(change.dataKeys)),
                ], in: tx)
        }
    }
}
