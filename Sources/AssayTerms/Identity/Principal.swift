/// Who acts. Names that clients send about themselves are labels and never become a principal.
package struct Principal: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case anonymous
        /// Nobody, where anonymous work is off: what is open to everyone, and nothing else.
        case nobody
        case user
        /// A program with an account of its own. It is no person: see ``Permission/personal``.
        case service
        /// A command that opened the data directory itself. It can never approve.
        case localOperator = "local operator"
        /// The server's own work, such as computing evidence. It asks for nothing.
        case server
    }

    package let kind: Kind
    /// The pseudonymous id that stands in the log: 32 hexadecimal digits for an account, a fixed word otherwise.
    package let id: String
    /// For people to read; empty for the anonymous.
    package let name: Text
    /// Sorted, without repeats.
    package let roles: [Role]
    /// What the roles allow and deny.
    package let grants: [Grant]
    /// Whether single experiments or models were shared with it.
    package let hasShares: Bool
    package let authentication: Authentication

    /// - Parameters:
    ///   - grants: of roles that are not shipped.
    ///   - isService: whether the account is a program's, and nobody's own.
    package init(
        userID: String, name: Text, roles: some Sequence<Role>, grants: [Grant] = [], hasShares: Bool = false,
        isService: Bool = false, authentication: Authentication = Authentication(.token)
    ) {
        kind = isService ? .service : .user
        id = userID
        self.name = name
        self.roles = Set(roles).sorted()
        self.grants = self.roles.flatMap { RoleDefinition.shipped($0)?.grants ?? [] } + grants
        self.hasShares = hasShares
        self.authentication = authentication
    }

    private init(kind: Kind, id: String, name: Text, verbs: [Permission] = []) {
        self.kind = kind
        self.id = id
        self.name = name
        roles = []
        grants = verbs.isEmpty ? [] : [Grant(.allow, verbs, on: .everything)]
        hasShares = false
        authentication = .none
    }

    package static let anonymous = Principal(
        kind: .anonymous, id: "anonymous", name: "", verbs: [.read, .log, .register, .delete])
    package static let nobody = Principal(kind: .nobody, id: "nobody", name: "")
    package static let localOperator = Principal(
        kind: .localOperator, id: "local-operator", name: "local operator",
        verbs: Permission.grantable.filter { $0 != .approve && $0 != .waive })
    package static let server = Principal(kind: .server, id: "server", name: "this server")

    /// Whether this is a person with a name: who alone can answer for anything.
    package var isNamed: Bool { kind == .user }
    /// Whether it is that person beyond doubt: nobody else made the credential that was shown.
    package var isAnswerable: Bool { isNamed && !authentication.isMadeByAnother }
    /// Whether a credential was shown: a person's or a program's.
    package var isKnown: Bool { kind == .user || kind == .service }

    /// Whether it may do this to anything at all. To what, ``reach(_:)`` says.
    package func may(_ permission: Permission) -> Bool {
        permission == .open ? kind != .server : reach(permission).isPossible
    }

    /// What to do about a permission that the account has and the credential leaves out because somebody else made it; empty
    /// where that is not the reason.
    package func remedy(for permission: Permission) -> String {
        guard kind == .user, authentication.isMadeByAnother, Permission.personal.contains(permission) else { return "" }
        return " Somebody else made this \(authentication.method == .token ? "token" : "password") and knows it. Put one of your own in its place first: assay token replace, or a new password on /account."
    }

    /// Whether nothing was ever given to it: no role that allows anything, and no share.
    package var mayNothing: Bool { !hasShares && !grants.contains { $0.effect == .allow } }

    /// To what it may do this, by who it is and by what its credential leaves of that. Every decision about a single object is
    /// made by what this answers.
    package func reach(_ permission: Permission) -> Reach {
        guard authentication.allows(permission), kind != .service || !Permission.personal.contains(permission) else {
            return Reach(permission, in: [], userID: "")
        }
        return Reach(permission, in: grants, userID: hasShares ? id : "")
    }
}
