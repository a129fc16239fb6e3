import AssayCanonical
import AssayJSON
package import AssayStore
package import AssayTerms

extension UseCases {
    package static let standardTokenDays: Int64 = 90
    package static let longestTokenDays: Int64 = 730

    /// A further token, for oneself or, by an administrator, for somebody else.
    ///
    /// - Parameters:
    ///   - verbs: what it is restricted to; `nil` for all its holder may.
    ///   - isElevated: whether it counts as the log-in it is made with: for oneself only, as long as that log-in is fresh.
    /// - Throws: `permissionDenied` for others' tokens unless `actor` administers, for a program, and for a restricted token; `notFound` for
    ///   an unknown name; `unauthenticated` without a fresh log-in; `invalidArgument` for a label over 128 bytes, a life
    ///   outside of 1 to 730 days, or no verb.
    package func createToken(
        forUserNamed name: Text, label: Text, days: Int64 = standardTokenDays, verbs: Set<Permission>? = nil,
        isElevated: Bool = false, by actor: Principal
    ) async throws -> IssuedToken {
        guard label.utf8Count <= 128 else {
            throw AssayError(.invalidArgument, "A token's label has at most 128 bytes.")
        }
        guard verbs?.isEmpty != true else {
            throw AssayError(.invalidArgument, "A restricted token needs at least one permission: \(Permission.list(Set(Permission.allCases))).")
        }
        guard actor.isNamed else { throw AssayError(.permissionDenied, "Tokens are made by people.") }
        guard actor.authentication.verbs == nil else {
            throw AssayError(.permissionDenied, "A token that is restricted to some permissions makes no further tokens.")
        }
        try Self.requireOwn(actor, for: "A token")
        try refuseInDoubt("A token")
        try requireFreshLogin(actor, for: "A token")
        let login = isElevated ? try elevation(actor, name) : nil
        // Before the name is looked for, which would tell whether there is one.
        if name != actor.name { try Self.requireAdministrator(actor) }
        return try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            if user.id != actor.id { try Self.refuseImpersonation(of: user) }
            return try issueToken(for: user, label: label, days: days, verbs: verbs, login: login, by: actor, tx)
        }
    }

    /// Two people stay two: whoever can confirm a change of roles gets their credentials from nobody else.
    ///
    /// - Throws: `permissionDenied` for an account that manages roles.
    static func refuseImpersonation(of user: UserRecord) throws(AssayError) {
        // Also while the account is out of use, which takes one person.
        guard user.principal.reach(.manageRoles).isTotal else { return }
        throw AssayError(
            .permissionDenied,
            "\(user.name) may change roles, so nobody else makes credentials of theirs. Take the role away first, which needs a second person.")
    }

    /// The log-in that an elevated token stands for.
    private func elevation(_ actor: Principal, _ name: Text) throws(AssayError) -> Int64 {
        guard name == actor.name else {
            throw AssayError(.permissionDenied, "An elevated token stands for a log-in of one's own.")
        }
        guard actor.authentication.method != .token, let login = actor.authentication.loginMilliseconds,
            freshLogin.isRecent(actor.authentication, now: effects.nowMilliseconds())
        else {
            throw AssayError(
                .unauthenticated,
                "An elevated token is made with a log-in of the last \(freshLogin.minutes) minutes: send your name and password, or log in at /login.")
        }
        return login
    }

    /// Refuses the token from now on. A token that is restricted ends nothing but itself.
    ///
    /// - Throws: `notFound` for an unknown id, and for somebody else's unless `actor` administers.
    package func revokeToken(id: String, by actor: Principal) async throws {
        try await store.write { tx in
            let isRestricted = actor.authentication.verbs != nil
            guard let token = try tx.token(id: id), actor.isKnown, token.userID == actor.id || actor.may(.administer),
                !isRestricted || id == actor.authentication.tokenID
            else { throw AssayError(.notFound, "There is no token \(id) of yours.") }
            guard token.revokedMilliseconds == nil else { return }
            try revoke(token, by: actor, tx)
        }
    }

    func revoke(_ token: TokenRecord, by actor: Principal, _ tx: any StoreTransaction) throws {
        try tx.revokeToken(id: token.id, atMilliseconds: effects.nowMilliseconds())
        try record(
            kind: "token.revoked", by: actor, topics: [LedgerTopic.user(token.userID)], domain: LedgerTopic.user(token.userID),
            payload: ["token": .string(token.id), "user": .string(token.userID)], in: tx)
    }

    /// One's own tokens, or everyone's for an administrator who asks for them. A token that is restricted learns of itself only.
    ///
    /// - Throws: `permissionDenied` for everyone's, unless `actor` administers by a credential that is not restricted.
    package func tokens(ofEveryone: Bool, by actor: Principal) async throws -> [TokenRecord] {
        if ofEveryone {
            try Self.requireAdministrator(actor)
            try requireUnrestricted(actor, for: "A list of everyone's tokens")
        }
        let isRestricted = actor.authentication.verbs != nil
        return try await store.read { try $0.tokens(ofUser: ofEveryone ? nil : actor.id) }
            .filter { !isRestricted || $0.id == actor.authentication.tokenID }
    }

    /// Whoever holds the token, with the roles of this moment. Nothing is cached: a revocation acts at once.
    ///
    /// - Parameters:
    ///   - name: must be the holder's name if given, as it is in Basic credentials.
    ///   - address: where it comes from, for the access log.
    /// - Throws: `unauthenticated`, in the same words whatever is wrong.
    package func authenticate(token text: String, name: Text? = nil, from address: Text = "") async throws -> Principal {
        var holder: String?
        if let id = IssuedToken.id(in: text) {
            let digest = SHA256Hasher.digest(of: text.utf8)
            let now = effects.nowMilliseconds()
            let found = try await store.read { tx in
                try tx.token(id: id).flatMap { token in try tx.user(id: token.userID).map { (token: token, user: $0) } }
            }
            if let (token, user) = found, ConstantTime.equal(token.digest.bytes, digest.bytes),
                token.isUsable(atMilliseconds: now), !user.isDisabled, name == nil || name == user.name
            {
                useMarks.noteToken(id, now: now)
                return user.principal(token.authentication)
            }
            holder = found?.user.id
        }
        await noteFailedLogin(.token, of: holder, from: address)
        throw AssayError(
            .unauthenticated, "The token is not known, has expired or was revoked. Ask an administrator for another one.")
    }

    func issueToken(
        for user: UserRecord, label: Text, days: Int64, verbs: Set<Permission>? = nil, login: Int64? = nil, by actor: Principal,
        _ tx: any StoreTransaction
    ) throws -> IssuedToken {
        guard (1...Self.longestTokenDays).contains(days) else {
            throw AssayError(.invalidArgument, "A token lives 1 to \(Self.longestTokenDays) days, not \(days).")
        }
        let now = effects.nowMilliseconds()
        let expires = login.map { $0 + freshLogin.minutes * 60_000 } ?? now + days * 86_400_000
        return try insertToken(for: user, label: label, expires: expires, verbs: verbs, login: login, by: actor, tx)
    }

    func insertToken(
        for user: UserRecord, label: Text, expires: Int64, verbs: Set<Permission>?, login: Int64?, by actor: Principal,
        _ tx: any StoreTransaction
    ) throws -> IssuedToken {
        let token = IssuedToken(
            user: user, label: label, now: effects.nowMilliseconds(), expiresMilliseconds: expires, verbs: verbs,
            loginMilliseconds: login, isMadeByAnother: Self.isAnother(actor, than: user), effects: effects)
        try tx.insertToken(token.record)
        var payload: JSONObject = [
            "token": .string(token.record.id), "user": .string(user.id), "label": .string(label.string),
            "expires": .integer(token.record.expiresMilliseconds),
        ]
        payload["verbs"] = verbs.map { .string(Permission.list($0)) }
        payload["login"] = login.map { .integer($0) }
        if token.record.isMadeByAnother { payload["by_another"] = true }
        try record(
            kind: "token.created", by: actor, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: .object(payload), in: tx)
        return token
    }
}
