import AssayCanonical
import AssayJSON
package import AssayStore
package import AssayTerms

extension UseCases {
    package static let standardTokenDays: Int64 = 90
    package static let longestTokenDays: Int64 = 730

    /// A further token, for oneself or, by an administrator, for somebody else.
    ///
    /// - Throws: `permissionDenied` for others' tokens unless `actor` administers; `notFound` for an unknown name;
    ///   `invalidArgument` for a label over 128 bytes or a life outside of 1 to 730 days.
    package func createToken(
        forUserNamed name: Text, label: Text, days: Int64 = standardTokenDays, by actor: Principal
    ) async throws -> IssuedToken {
        guard label.utf8Count <= 128 else {
            throw AssayError(.invalidArgument, "A token's label has at most 128 bytes.")
        }
        try refuseInDoubt("A token")
        return try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            if user.id != actor.id { try Self.requireAdministrator(actor) }
            return try issueToken(for: user, label: label, days: days, by: actor, tx)
        }
    }

    /// Refuses the token from now on.
    ///
    /// - Throws: `notFound` for an unknown id, and for somebody else's unless `actor` administers.
    package func revokeToken(id: String, by actor: Principal) async throws {
        try await store.write { tx in
            guard let token = try tx.token(id: id), token.userID == actor.id || actor.may(.administer), actor.isNamed
            else { throw AssayError(.notFound, "There is no token \(id) of yours.") }
            guard token.revokedMilliseconds == nil else { return }
            try tx.revokeToken(id: id, atMilliseconds: effects.nowMilliseconds())
            try record(
                kind: "token.revoked", by: actor, topics: [LedgerTopic.user(token.userID)],
                domain: LedgerTopic.user(token.userID),
                payload: ["token": .string(id), "user": .string(token.userID)], in: tx)
        }
    }

    /// One's own tokens, or everyone's for an administrator who asks for them.
    package func tokens(ofEveryone: Bool, by actor: Principal) async throws -> [TokenRecord] {
        if ofEveryone { try Self.requireAdministrator(actor) }
        return try await store.read { try $0.tokens(ofUser: ofEveryone ? nil : actor.id) }
    }

    /// Whoever holds the token, with the roles of this moment. Nothing is cached: a revocation acts at once.
    ///
    /// - Parameter name: must be the holder's name if given, as it is in Basic credentials.
    /// - Throws: `unauthenticated`, in the same words whatever is wrong.
    package func authenticate(token text: String, name: Text? = nil) async throws -> Principal {
        let refusal = AssayError(
            .unauthenticated, "The token is not known, has expired or was revoked. Ask an administrator for another one.")
        guard let id = IssuedToken.id(in: text) else { throw refusal }
        let digest = SHA256Hasher.digest(of: text.utf8)
        let now = effects.nowMilliseconds()
        return try await store.read { tx in
            guard let token = try tx.token(id: id), ConstantTime.equal(token.digest.bytes, digest.bytes),
                token.isUsable(atMilliseconds: now), let user = try tx.user(id: token.userID),
                name == nil || name == user.name
            else { throw refusal }
            return user.principal
        }
    }

    func issueToken(
        for user: UserRecord, label: Text, days: Int64, by actor: Principal, _ tx: any StoreTransaction
    ) throws -> IssuedToken {
        guard (1...Self.longestTokenDays).contains(days) else {
            throw AssayError(.invalidArgument, "A token lives 1 to \(Self.longestTokenDays) days, not \(days).")
        }
        let now = effects.nowMilliseconds()
        let token = IssuedToken(
            userID: user.id, label: label, now: now, expiresMilliseconds: now + days * 86_400_000, effects: effects)
        try tx.insertToken(token.record)
        try record(
            kind: "token.created", by: actor, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: [
                "token": .string(token.record.id), "user": .string(user.id), "label": .string(label.string),
                "expires": .integer(token.record.expiresMilliseconds),
            ], in: tx)
        return token
    }
}
