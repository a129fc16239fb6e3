package import AssayTerms

/// How a version came to hold a protected place: what the gate said when it let it in.
package struct Placement: Hashable, Sendable {
    package var versionID: String
    /// As ``PromotionRequest/target``.
    package var target: Text
    package var manifest: SHA256Digest
    /// `pass`, `waived`, or `no-policy` where none was published.
    package var decision: String
    /// As in ``PromotionRequest/detail``.
    package var detail: [UInt8]
    package var requestID: String?
    /// The ledger entry of the change.
    package var entryID: String
    package var placedMilliseconds: Int64

    package init(
        versionID: String, target: Text, manifest: SHA256Digest, decision: String, detail: [UInt8],
        requestID: String?, entryID: String, placedMilliseconds: Int64
    ) {
        self.versionID = versionID
        self.target = target
        self.manifest = manifest
        self.decision = decision
        self.detail = detail
        self.requestID = requestID
        self.entryID = entryID
        self.placedMilliseconds = placedMilliseconds
    }
}
