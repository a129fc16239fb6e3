/// The records of one data directory.
///
/// A use case is one call of `write`: a savepoint of its own inside a durable transaction that it may share with
/// other use cases that were waiting. `write` returns after the commit is durable; if `useCase` throws, its own
/// savepoint is rolled back, the others go on. Invariants that span records are checked inside the closure.
///
/// Drivers have their own SQL and share nothing but this protocol and its conformance suite.
package protocol Store: Sendable {
    /// Runs `useCase` alone against the newest state and makes its changes durable.
    ///
    /// - Throws: what `useCase` throws, unchanged; `AssayError.unavailable` when the commit failed (nothing of the
    ///   use case is kept then).
    func write<Value: Sendable>(_ useCase: @escaping @Sendable (any StoreTransaction) throws -> Value) async throws -> Value

    /// Runs `query` against one consistent snapshot; it sees every `write` that returned before it began.
    func read<Value: Sendable>(_ query: @escaping @Sendable (any StoreSnapshot) throws -> Value) async throws -> Value

    /// Finishes what was accepted and closes the files.
    func close() throws
}

/// What can be read. Each room of records adds its own protocol in its own folder.
package protocol StoreSnapshot: MetaSnapshot, TrackingSnapshot, IdentitySnapshot, LedgerSnapshot, RegistrySnapshot,
    GovernanceSnapshot, WebhookSnapshot, ImportSnapshot, UploadSnapshot, SealSnapshot, AccessSnapshot, AccessLogSnapshot,
    EvaluatorSnapshot, ClassificationSnapshot, QuestionnaireSnapshot, DeliberationSnapshot, PaperSnapshot, PredictionSnapshot, WatchSnapshot,
    AlertSnapshot, RolloutSnapshot,
    TrainingSnapshot
{}

/// What can be read and changed inside one use case.
package protocol StoreTransaction: StoreSnapshot, MetaTransaction, TrackingTransaction, IdentityTransaction,
    LedgerTransaction, RegistryTransaction, GovernanceTransaction, WebhookTransaction, ImportTransaction, UploadTransaction,
    SealTransaction, AccessTransaction, AccessLogTransaction, EvaluatorTransaction, ClassificationTransaction, QuestionnaireTransaction,
    DeliberationTransaction, PaperTransaction, PredictionTransaction, WatchTransaction, AlertTransaction, RolloutTransaction,
    TrainingTransaction
{}
