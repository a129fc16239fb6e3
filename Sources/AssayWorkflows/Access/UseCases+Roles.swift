import AssayJSON
package import AssayStore
package import AssayTerms

/// Roles as data. Who may do this is declared by the routes and checked again here.
extension UseCases {
    package static let grantLimit = 64
    package static let roleLimit = 1_000

    /// The shipped roles and those an organisation made, by name.
    package func roles() async throws -> [RoleDefinition] {
        (RoleDefinition.shipped + (try await store.read { try $0.roles() })).sorted { $0.role < $1.role }
    }

    /// - Throws: `notFound`.
    package func role(_ role: Role) async throws -> RoleDefinition {
        try await store.read { try Self.existing(role, $0) }
    }

    /// Makes a role or gives one other grants.
    ///
    /// - Parameter mustBeNew: refuses where there is one of that name.
    /// - Returns: the proposal, where a second person has to confirm it.
    /// - Throws: `permissionDenied` for people without the right; `conflict` for a shipped role and where nobody would be left
    ///   to administer; `alreadyExists`; `invalidArgument` for no grants or too many.
    package func defineRole(
        _ definition: RoleDefinition, mustBeNew: Bool, by actor: Principal
    ) async throws -> Proposal? {
        try refuseInDoubt("A role")
        return try await store.write { tx in
            if mustBeNew, try tx.role(definition.role) != nil {
                throw AssayError(.alreadyExists, "There is a role '\(definition.role.rawValue)' already. Change it with: assay role set")
            }
            return try changeOrPropose(.define(definition), by: actor, in: tx)
        }
    }

    /// - Throws: `notFound`; `conflict` for a shipped role, and while somebody holds it.
    package func deleteRole(_ role: Role, by actor: Principal) async throws -> Proposal? {
        try refuseInDoubt("A role's end")
        return try await store.write { try changeOrPropose(.delete(role), by: actor, in: $0) }
    }

    /// - Throws: `notFound` for an unknown role or user.
    package func bindRole(_ role: Role, toUserNamed name: Text, by actor: Principal) async throws -> Proposal? {
        try await changeRoles(ofUserNamed: name, by: actor) { Set($0).union([role]).sorted() }
    }

    /// - Throws: `notFound` for an unknown user; `conflict` if they do not hold it, or nobody would be left to administer.
    package func unbindRole(_ role: Role, fromUserNamed name: Text, by actor: Principal) async throws -> Proposal? {
        try await changeRoles(ofUserNamed: name, by: actor) { roles in
            guard roles.contains(role) else {
                throw AssayError(.conflict, "\(name) does not hold the role '\(role.rawValue)'.")
            }
            return roles.filter { $0 != role }
        }
    }

    func changeRoles(
        ofUserNamed name: Text, by actor: Principal, _ change: @escaping @Sendable ([Role]) throws -> [Role]
    ) async throws -> Proposal? {
        try Self.require(.manageRoles, actor)
        try refuseInDoubt("A change of roles")
        return try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            let roles = try change(user.roles)
            guard Set(roles) != Set(user.roles) else { return nil }
            return try changeOrPropose(.setRoles(Set(roles).sorted(), userID: user.id), by: actor, in: tx)
        }
    }

    // MARK: - Rules

    static func existing(_ role: Role, _ tx: any StoreSnapshot) throws -> RoleDefinition {
        guard let definition = try RoleDefinition.shipped(role) ?? tx.role(role) else {
            throw AssayError(.notFound, "There is no role '\(role.rawValue)'. List them with: assay role list")
        }
        return definition
    }

    func checkDefinition(_ definition: RoleDefinition, in tx: any StoreSnapshot) throws {
        try Self.refuseShipped(definition.role)
        guard (1...Self.grantLimit).contains(definition.grants.count), definition.title.utf8Count <= 256 else {
            throw AssayError(.invalidArgument, "A role has 1 to \(Self.grantLimit) grants and a title of at most 256 bytes.")
        }
        guard try tx.role(definition.role) != nil || tx.roles().count < Self.roleLimit else {
            throw AssayError(.limitExceeded, "There are \(Self.roleLimit) roles already. Delete some that nobody holds.")
        }
    }

    func checkDeletion(of role: Role, in tx: any StoreSnapshot) throws {
        try Self.refuseShipped(role)
        _ = try Self.existing(role, tx)
        let holders = try tx.users().filter { $0.roles.contains(role) }.map(\.name.string)
        guard holders.isEmpty else {
            throw AssayError(
                .conflict,
                "The role '\(role.rawValue)' is held by \(holders.prefix(5).joined(separator: ", ")). Unbind it first: assay role unbind")
        }
    }

    func checkRoles(_ roles: [Role], ofUser userID: String, in tx: any StoreSnapshot) throws {
        guard let user = try tx.user(id: userID) else {
            throw AssayError(.notFound, "The user \(userID) does not exist.")
        }
        for role in roles where !user.roles.contains(role) { _ = try Self.existing(role, tx) }
    }

    private static func refuseShipped(_ role: Role) throws(AssayError) {
        guard RoleDefinition.shipped(role) == nil else {
            throw AssayError(
                .conflict, "The role '\(role.rawValue)' is shipped and stays as it is. Make one of your own under another name.")
        }
    }

    /// Somebody must always be able to make users and give roles.
    static func requireAnAdministrator(_ tx: any StoreSnapshot, else message: String) throws {
        let isLeft = try tx.users().contains { $0.holds(.manageRoles) && $0.holds(.administer) }
        guard isLeft else { throw AssayError(.conflict, message) }
    }

    // MARK: - Changes

    func define(
        _ definition: RoleDefinition, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        let before = try tx.role(definition.role)
        guard before != definition else { return }
        try tx.putRole(definition, at: effects.nowMilliseconds())
        try Self.requireAnAdministrator(
            tx, else: "With these grants nobody would be left to administer. Give somebody the role 'admin' first.")
        let topic = LedgerTopic.role(definition.role)
        try record(
            kind: "role.defined", by: actor, topics: [topic], domain: topic,
            payload: Self.payload(
                [
                    "role": .string(definition.role.rawValue), "title": .string(definition.title.string),
                    "grants": .array(definition.grants.map { .string($0.text.string) }),
                    "before": before.map { .array($0.grants.map { .string($0.text.string) }) } ?? .null,
                ], confirming: proposal), in: tx)
    }

    func delete(
        _ role: Role, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        try tx.deleteRole(role)
        let topic = LedgerTopic.role(role)
        try record(
            kind: "role.deleted", by: actor, topics: [topic], domain: topic,
            payload: Self.payload(["role": .string(role.rawValue)], confirming: proposal), in: tx)
    }

    func setRoles(
        _ roles: [Role], ofUser userID: String, by actor: Principal, confirming proposal: Proposal?,
        in tx: any StoreTransaction
    ) throws {
        guard let user = try tx.user(id: userID), Set(roles) != Set(user.roles) else { return }
        try tx.setRoles(roles, ofUser: userID)
        try Self.requireAnAdministrator(
            tx, else: "\(user.name) is the last administrator. Give the role to somebody else first.")
        try record(
            kind: "user.roles-changed", by: actor, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: Self.payload(
                [
                    "user": .string(user.id), "name": .string(user.name.string), "from": Self.json(user.roles),
                    "to": Self.json(Set(roles).sorted()),
                ], confirming: proposal), in: tx)
    }
}
