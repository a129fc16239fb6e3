import AssayCanonical
import AssayJSON
package import AssayStore
package import AssayTerms

/// Users and roles. Who may do this is declared by the routes and checked again here.
extension UseCases {
    /// The first administrator of a data directory, made by whoever holds its files, with a token.
    ///
    /// - Throws: `conflict` once there is any user; `invalidArgument` for a name that cannot be one.
    package func createFirstAdministrator(named name: Text) async throws -> (user: UserRecord, token: IssuedToken) {
        try await store.write { tx in
            guard try !tx.hasUsers() else {
                throw AssayError(
                    .conflict,
                    "This data directory has users already; only an administrator makes more, with `assay user create` against the running server.")
            }
            return try insertUser(named: name, roles: [.admin], tokenDays: Self.standardTokenDays, by: .localOperator, tx)
        }
    }

    /// A user with a first token.
    ///
    /// - Parameter password: one to log in with, that its holder changes; `nil` for none.
    /// - Returns: beside them the proposal, where a second person has to confirm the roles; the user has none until then.
    /// - Throws: `permissionDenied` unless `actor` administers and gives roles; `alreadyExists` if the name is taken;
    ///   `invalidArgument` for a name that cannot be one, no role, a password that cannot be one, or a life of the token
    ///   outside of 1 to 730 days; `unauthenticated` without a fresh log-in.
    package func createUser(
        named name: Text, kind: UserRecord.Kind = .person, roles: [Role], password: String? = nil,
        tokenDays: Int64 = standardTokenDays, by actor: Principal
    ) async throws -> (user: UserRecord, token: IssuedToken, waiting: Proposal?) {
        try Self.requireAdministrator(actor)
        try Self.require(.manageRoles, actor)
        try refuseInDoubt("A new user")
        try requireUnrestricted(actor, for: "A new user")
        try requireFreshLogin(actor, for: "A new user")
        guard !roles.isEmpty else {
            throw AssayError(.invalidArgument, "A user needs at least one role. List them with: assay role list")
        }
        let hash = try await firstPassword(password, name)
        return try await store.write { tx in
            for role in roles { _ = try Self.existing(role, tx) }
            let takesTwo = try Self.holders(of: .manageRoles, in: tx).contains { $0.id != actor.id }
            let made = try insertUser(
                named: name, kind: kind, roles: takesTwo ? [] : roles, tokenDays: tokenDays, by: actor, tx)
            if let hash { try setPassword(hash, of: made.user, by: actor, tx) }
            if takesTwo {
                let change = GuardedChange.setRoles(Set(roles).sorted(), userID: made.user.id)
                return (made.user, made.token, try changeOrPropose(change, by: actor, in: tx))
            }
            return (try tx.user(id: made.user.id) ?? made.user, made.token, nil)
        }
    }

    private func firstPassword(_ password: String?, _ name: Text) async throws -> PasswordHash? {
        guard let password else { return nil }
        try PasswordText.check(password, forAccount: name)
        guard let bytes = PasswordText.bytes(password) else { return nil }
        return try await passwords.hash(bytes, salt: effects.randomBytes(PasswordHash.saltBytes))
    }

    /// The roles a user holds from then on.
    ///
    /// - Returns: the user as they are now, and the proposal, where a second person has to confirm the change.
    /// - Throws: `permissionDenied` unless `actor` gives roles; `notFound` for an unknown name; `conflict` if nobody would be
    ///   left to administer; `unauthenticated` without a fresh log-in.
    package func setRoles(
        _ roles: [Role], ofUserNamed name: Text, by actor: Principal
    ) async throws -> (user: UserRecord, waiting: Proposal?) {
        let waiting = try await changeRoles(ofUserNamed: name, by: actor) { _ in roles }
        return (try await store.read { try Self.existingUser(named: name, $0) }, waiting)
    }

    package func users() async throws -> [UserRecord] { try await store.read { try $0.users() } }

    // MARK: - Parts

    static func requireAdministrator(_ actor: Principal) throws(AssayError) {
        guard actor.isNamed, actor.may(.administer) else {
            throw AssayError(.permissionDenied, "Users, roles and other people's tokens are changed by an administrator.")
        }
    }

    static func existingUser(named name: Text, _ tx: any StoreSnapshot) throws -> UserRecord {
        guard let user = try tx.user(named: name) else { throw AssayError(.notFound, "There is no user named '\(name)'.") }
        return user
    }

    static func json(_ roles: [Role]) -> JSONValue { .array(roles.map { .string($0.rawValue) }) }

    private func insertUser(
        named name: Text, kind: UserRecord.Kind = .person, roles: [Role], tokenDays: Int64, by actor: Principal,
        _ tx: any StoreTransaction
    ) throws -> (user: UserRecord, token: IssuedToken) {
        let user = try insertUser(named: name, kind: kind, roles: roles, by: actor, tx)
        return (user, try issueToken(for: user, label: "first", days: tokenDays, by: actor, tx))
    }

    /// An account without anything to log in by.
    func insertUser(
        named name: Text, kind: UserRecord.Kind, roles: [Role], by actor: Principal, _ tx: any StoreTransaction
    ) throws -> UserRecord {
        try Self.checkUserName(name)
        if let taken = try Self.lookAlike(of: name, tx), taken != name {
            throw AssayError(.alreadyExists, "'\(name)' looks like '\(taken)', which is somebody's name. Choose another one.")
        }
        let user = UserRecord(
            id: effects.newID(), name: name, kind: kind, roles: roles, createdMilliseconds: effects.nowMilliseconds())
        try tx.insertUser(user)
        try record(
            kind: "user.created", by: actor, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: [
                "user": .string(user.id), "name": .string(name.string), "kind": .string(kind.rawValue),
                "roles": Self.json(user.roles),
            ], in: tx)
        return user
    }

    /// Names go into Basic credentials, messages and pages: printable, without a colon, at most 128 bytes, of one alphabet among
    /// those that look alike, and not the words that stand for nobody.
    static func checkUserName(_ name: Text) throws(AssayError) {
        let scalars = name.string.unicodeScalars
        let isPrintable = scalars.allSatisfy {
            // Letters that nothing is drawn for, and the empty pattern of Braille.
            if $0.properties.isDefaultIgnorableCodePoint || $0 == "\u{2800}" { return false }
            if $0.properties.isWhitespace, $0 != " " { return false }
            return switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
        guard !name.isEmpty, name.utf8Count <= 128, isPrintable, !scalars.contains(":"),
            scalars.first?.properties.isWhitespace == false, scalars.last?.properties.isWhitespace == false,
            !name.string.contains("  ")
        else {
            throw AssayError(
                .invalidArgument,
                "A user's name has 1 to 128 bytes of visible text without ':', without spaces at its ends and without two in a row.")
        }
        guard !AccountName.mixesAlphabets(name) else {
            throw AssayError(.invalidArgument, "The letters of '\(name)' are of several alphabets that look alike. Use those of one.")
        }
        guard !reservedNames.contains(AccountName.fold(name).string)
        else { throw AssayError(.invalidArgument, "The name '\(name)' is reserved.") }
    }

    /// A name that is taken and that people would take for this one; see ``AccountName``.
    static func lookAlike(of name: Text, _ tx: any StoreSnapshot) throws -> Text? {
        let folded = AccountName.fold(name)
        return try tx.userNames().first { AccountName.fold($0) == folded }
    }

    /// Words that stand for nobody, and for oneself in the address of a user.
    private static let reservedNames = [
        Principal.anonymous.id, Principal.nobody.id, Principal.localOperator.id, Principal.localOperator.name.string, "me",
    ]
}
