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
    package let authentication: Authentication

    /// - Parameter isService: whether the account is a program's, and nobody's own.
    package init(
        userID: String, name: Text, roles: some Sequence<Role>, isService: Bool = false,
        authentication: Authentication = Authentication(.token)
    ) {
        kind = isService ? .service : .user
        id = userID
        self.name = name
        self.roles = Set(roles).sorted()
        self.authentication = authentication
    }

    private init(kind: Kind, id: String, name: Text) {
        self.kind = kind
        self.id = id
        self.name = name
        roles = []
        authentication = .none
    }

    package static let anonymous = Principal(kind: .anonymous, id: "anonymous", name: "")
    package static let nobody = Principal(kind: .nobody, id: "nobody", name: "")
    package static let localOperator = Principal(kind: .localOperator, id: "local-operator", name: "local operator")
    package static let server = Principal(kind: .server, id: "server", name: "this server")

    /// Whether this is a person with a name: who alone can answer for anything.
    package var isNamed: Bool { kind == .user }
    /// Whether a credential was shown: a person's or a program's.
    package var isKnown: Bool { kind == .user || kind == .service }

    package func may(_ permission: Permission) -> Bool { holds(permission) && authentication.allows(permission) }

    /// What the principal may do by who they are, whatever credential they showed.
    private func holds(_ permission: Permission) -> Bool {
        switch kind {
        case .localOperator: permission != .approve && permission != .waive
        case .nobody: permission == .open
        case .server: false
        case .anonymous: [.open, .read, .log, .register].contains(permission)
        case .user: isGranted(permission)
        case .service: isGranted(permission) && !Permission.personal.contains(permission)
        }
    }

    private func isGranted(_ permission: Permission) -> Bool {
        permission == .open || permission == .read || roles.contains { $0.permissions.contains(permission) }
    }
}
