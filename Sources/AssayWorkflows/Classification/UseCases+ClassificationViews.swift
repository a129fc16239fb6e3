package import AssayStore
package import AssayTerms

/// How models are classified, for those who read them.
extension UseCases {
    package struct ClassificationView: Sendable {
        package let model: Text
        package let record: ClassificationRecord
        /// Of whoever answers for it, as they are called now; empty for an account that is gone.
        package let authorName: Text
    }

    /// What was said of one model, newest first; nothing for a model that nobody classified.
    ///
    /// - Throws: `notFound` for no such model.
    package func classifications(ofModel name: Text) async throws -> [ClassificationView] {
        try await store.read { tx in
            let model = try tx.existingModel(named: name)
            return try tx.classifications(modelID: model.id).map { try Self.view($0, of: model.name, in: tx) }
        }
    }

    /// What was said last of every model that the reader may read, by name.
    package func classifications() async throws -> [ClassificationView] {
        try await store.read { tx in
            try tx.standingClassifications().compactMap { record in
                try tx.registeredModel(id: record.modelID).map { try Self.view(record, of: $0.name, in: tx) }
            }.sorted { $0.model < $1.model }
        }
    }

    private static func view(
        _ record: ClassificationRecord, of model: Text, in tx: any StoreSnapshot
    ) throws -> ClassificationView {
        ClassificationView(model: model, record: record, authorName: try tx.user(id: record.authorID)?.name ?? "")
    }
}
