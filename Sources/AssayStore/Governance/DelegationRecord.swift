package import AssayTerms

/// That somebody approves in another's stead for a time, in one role.
package struct DelegationRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    package let delegatorID: String
    package let delegatorName: Text
    package let delegateID: String
    package let delegateName: Text
    package let role: Text
    package let reason: Text
    package let fromMilliseconds: Int64
    package let untilMilliseconds: Int64
    package let revokedMilliseconds: Int64?

    package init(
        id: String, delegatorID: String, delegatorName: Text, delegateID: String, delegateName: Text, role: Text, reason: Text,
        fromMilliseconds: Int64, untilMilliseconds: Int64, revokedMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.delegatorID = delegatorID
        self.delegatorName = delegatorName
        self.delegateID = delegateID
        self.delegateName = delegateName
        self.role = role
        self.reason = reason
        self.fromMilliseconds = fromMilliseconds
        self.untilMilliseconds = untilMilliseconds
        self.revokedMilliseconds = revokedMilliseconds
    }

    package func isInForce(atMilliseconds now: Int64) -> Bool {
        revokedMilliseconds == nil && fromMilliseconds <= now && now < untilMilliseconds
    }
}
