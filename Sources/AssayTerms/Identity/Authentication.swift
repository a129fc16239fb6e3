/// How a principal was recognised, and what the credential they showed leaves them of their rights.
package struct Authentication: Hashable, Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// No credential at all.
        case none
        case token
        /// Name and password sent with the request itself.
        case password
        /// A browser that logged in before, by whatever way.
        case session
        /// A signed statement of an identity provider.
        case bearer
        /// Name and password, checked by a directory.
        case directory
        /// A signed statement of a CI system's identity provider about one of its runs.
        case workflow
    }

    package let method: Method
    /// When the person last showed who they are, in milliseconds; `nil` where nobody can say, as for a token that was made
    /// long ago and may have been copied since.
    package let loginMilliseconds: Int64?
    /// The permissions a token was restricted to; `nil` leaves its holder everything.
    package let verbs: Set<Permission>?
    /// Whether somebody else made the password or token and so knows it: it does its holder's ordinary work, and nothing that a
    /// person answers for, until the holder has put one of their own in its place.
    package let isMadeByAnother: Bool
    /// The public id of the token that was shown; `nil` for everything else.
    package let tokenID: String?
    /// The run that acts for its evaluator's owner; `nil` for everything else.
    package let workflow: WorkflowRun?

    package init(
        _ method: Method, loginMilliseconds: Int64? = nil, verbs: Set<Permission>? = nil, isMadeByAnother: Bool = false,
        tokenID: String? = nil, workflow: WorkflowRun? = nil
    ) {
        self.method = method
        self.loginMilliseconds = loginMilliseconds
        self.verbs = verbs
        self.isMadeByAnother = isMadeByAnother
        self.tokenID = tokenID
        self.workflow = workflow
    }

    /// A run hands in evidence, about models that its owner may see. No other route lets it in, whatever its owner may.
    package static func workflow(_ run: WorkflowRun) -> Authentication {
        Authentication(.workflow, verbs: [.runEval, .read], isMadeByAnother: true, workflow: run)
    }

    package static let none = Authentication(.none)

    /// Whether the credential lets its holder use the permission, if they have it.
    package func allows(_ permission: Permission) -> Bool {
        if isMadeByAnother, Permission.personal.contains(permission) { return false }
        guard let verbs else { return true }
        return permission == .open || verbs.contains(permission)
    }
}
