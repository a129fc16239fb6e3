package import AssayStore
package import Logging

/// The use cases, shared by the server and the command line. Each topic extends this type in its own folder.
///
/// A use case takes the principal who acts, does its checks and changes inside one `store.write`, and records its ledger
/// entry in the same closure: both happen or neither does.
package struct UseCases: Sendable {
    package let store: any Store
    package let blobs: any BlobStore
    package let effects: Effects
    package let logger: Logger

    package init(store: any Store, blobs: any BlobStore, effects: Effects, logger: Logger) {
        self.store = store
        self.blobs = blobs
        self.effects = effects
        self.logger = logger
    }
}
