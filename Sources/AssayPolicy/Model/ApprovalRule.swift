package import AssayTerms

/// Places that people of one role fill.
package struct ApprovalRule: Hashable, Sendable {
    package enum Quorum: Hashable, Sendable {
        case count(Int)
        /// More than half of those who hold the role and may approve, counted when the gate decides.
        case majority
    }

    /// `nil` for any person who may approve at all.
    package var role: Text?
    package var quorum: Quorum

    package init(role: Text?, quorum: Quorum) {
        self.role = role
        self.quorum = quorum
    }
}
