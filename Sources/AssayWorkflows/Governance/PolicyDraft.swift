package import AssayStore
package import AssayTerms

/// A policy as somebody wrote it, on its way to being published.
package struct PolicyDraft: Hashable, Sendable {
    let name: Text
    let version: Text
    /// Of its canonical text, so that a reader that would read `source` otherwise is noticed.
    let digest: SHA256Digest
    /// The file, UTF-8.
    let source: Text
}

/// Publishes policies for the use cases that carry out what two people agreed on.
package protocol PolicyPublisher: Sendable {
    /// - Throws: why it cannot be published now.
    func check(_ draft: PolicyDraft, in tx: any StoreSnapshot) throws

    /// In what the draft asks for less than what is in force, in words; the same for the same store.
    func loosenings(_ draft: PolicyDraft, in tx: any StoreSnapshot) throws -> [String]

    func publish(_ draft: PolicyDraft, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction) throws
}
