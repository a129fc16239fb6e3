package import AssayTerms

/// A change that one person asked for and another one has to confirm.
package struct Proposal: Hashable, Sendable {
    /// The raw values are stored and stand in the log.
    package enum State: String, Sendable, CaseIterable {
        case open
        case confirmed
        case withdrawn
    }

    /// 32 hexadecimal digits.
    package let id: String
    /// What the change is: the name of the use case, such as `role.define`.
    package let kind: String
    /// What whoever confirms it must be allowed to do.
    package let verb: Permission
    /// Canonical JSON of what is to be done.
    package let content: [UInt8]
    package let proposerID: String
    package let proposerName: Text
    package let createdMilliseconds: Int64
    /// From this moment on it cannot be confirmed.
    package let expiresMilliseconds: Int64
    package let state: State

    package init(
        id: String, kind: String, verb: Permission, content: [UInt8], proposerID: String, proposerName: Text,
        createdMilliseconds: Int64, expiresMilliseconds: Int64, state: State = .open
    ) {
        self.id = id
        self.kind = kind
        self.verb = verb
        self.content = content
        self.proposerID = proposerID
        self.proposerName = proposerName
        self.createdMilliseconds = createdMilliseconds
        self.expiresMilliseconds = expiresMilliseconds
        self.state = state
    }
}
