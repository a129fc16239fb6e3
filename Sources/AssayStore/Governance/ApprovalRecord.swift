package import AssayTerms

/// A person's statement about one request, bound to exactly what they approved.
package struct ApprovalRecord: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case standing
        /// A promotion took place on it.
        case used
        /// What it was bound to has changed, or its request is over.
        case void
    }

    /// 32 hexadecimal digits.
    package var id: String
    package var requestID: String
    package var approverID: String
    package var approverName: Text
    package var comment: Text
    /// What was approved, in canonical JSON: log, request, action and target, model, version, manifest, policies,
    /// claims, expiry.
    package var binding: [UInt8]
    package var approvedMilliseconds: Int64
    package var expiresMilliseconds: Int64
    package var state: State

    package init(
        id: String, requestID: String, approverID: String, approverName: Text, comment: Text,
        binding: [UInt8], approvedMilliseconds: Int64, expiresMilliseconds: Int64, state: State = .standing
    ) {
        self.id = id
        self.requestID = requestID
        self.approverID = approverID
        self.approverName = approverName
        self.comment = comment
        self.binding = binding
        self.approvedMilliseconds = approvedMilliseconds
        self.expiresMilliseconds = expiresMilliseconds
        self.state = state
    }
}
