import AssayCanonical
import AssayJSON
import AssayStore
package import AssayTerms

/// Passwords: who may set them, and who is recognised by them.
extension UseCases {
    private static let refusal = AssayError(
        .unauthenticated, "The name or the password is not right, or the account is not in use. Ask an administrator for another password.")

    /// Whoever has this name and password.
    ///
    /// - Parameter address: where the attempt comes from, for the slowing down of guesses; empty where nobody can say.
    /// - Throws: `unauthenticated`, in the same words and after the same work whatever is wrong; `tooSoon` after too many
    ///   failures, with how long to wait.
    package func authenticate(password: String, ofUserNamed name: Text, from address: Text) async throws -> Principal {
        let now = effects.nowMilliseconds()
        guard let bytes = PasswordText.bytes(password), name.utf8Count <= 1_024 else {
            await noteFailedLogin(.password, of: nil, from: address)
            throw Self.refusal
        }
        let (user, stored) = try await store.read { tx in
            let user = try tx.user(named: name)
            return (user, try user.flatMap { try tx.password(ofUser: $0.id) })
        }
        if let user, let stored, !user.isDisabled,
            passwords.remembered.holds(bytes, of: user.id, hash: stored.hash, now: now)
        {
            return user.principal(Self.authentication(by: stored, now: now))
        }
        switch passwords.throttle.verdict(account: name, address: address, now: now) {
        case .go: break
        case .later(let milliseconds): try await Task.sleep(for: .milliseconds(milliseconds))
        case .refused(let seconds):
            await noteFailedLogin(.slowed, of: user?.id, from: address)
            throw AssayError(.tooSoon, "Too many log-ins failed. Try again in \(seconds) seconds.")
        }
        // Whoever has a password here is asked for that one; the directory's people have none.
        if let directory, stored == nil {
            return try await authenticate(password: password, ofUserNamed: name, from: address, by: directory)
        }
        let isRight = try await passwords.matches(bytes, stored: stored.flatMap { PasswordHash($0.hash) })
        guard isRight, let user, let stored, !user.isDisabled, user.kind == .person else {
            passwords.throttle.failed(account: name, address: address, now: effects.nowMilliseconds())
            await noteFailedLogin(.password, of: user?.id, from: address)
            throw Self.refusal
        }
        passwords.throttle.succeeded(account: name, address: address, now: now)
        passwords.remembered.remember(bytes, of: user.id, hash: stored.hash, now: now)
        return user.principal(Self.authentication(by: stored, now: now))
    }

    private static func authentication(by password: PasswordRecord, now: Int64) -> Authentication {
        Authentication(.password, loginMilliseconds: now, isMadeByAnother: password.isMadeByAnother)
    }

    /// The directory's word is remembered for as long as a password of ours is, so that a client that sends its password with
    /// every request does not have the directory asked every time; the account's own state is read each time.
    private func authenticate(
        password: String, ofUserNamed name: Text, from address: Text, by directory: any PasswordDirectory
    ) async throws -> Principal {
        let now = effects.nowMilliseconds()
        let authentication = Authentication(.directory, loginMilliseconds: now)
        let (bytes, key) = (Array(password.utf8), "directory \(directory.issuer)")
        if let id = passwords.remembered.user(with: bytes, of: name.string, hash: key, now: now),
            let user = try await store.read({ try $0.user(id: id) }), !user.isDisabled
        {
            return user.principal(authentication)
        }
        guard let login = try await passwords.ask(directory, name: name.string, password: password) else {
            passwords.throttle.failed(account: name, address: address, now: effects.nowMilliseconds())
            await noteFailedLogin(.directory, of: nil, from: address)
            throw Self.refusal
        }
        let vouched = ExternalLogin(
            issuer: login.issuer, subject: login.subject, preferredName: login.preferredName, groups: login.groups,
            authentication: authentication)
        let principal = try await authenticate(external: vouched, roles: directory.roles, by: .directory, from: address)
        passwords.throttle.succeeded(account: name, address: address, now: now)
        passwords.remembered.remember(bytes, of: name.string, hash: key, as: principal.id, now: now)
        return principal
    }

    /// Sets a password: one's own, with the old one if there is one, or, by an administrator, somebody else's. Ends the
    /// account's sessions, and with them what was remembered of the old password. One that somebody else sets, and the one that its
    /// holder puts in the place of such a one, also end the tokens that its holder made.
    ///
    /// - Parameters:
    ///   - old: the present password; needed for one's own, once there is one.
    ///   - address: as for logging in, since the old password can be guessed here too.
    /// - Throws: `permissionDenied` for others' passwords unless `actor` administers; `unauthenticated` for an old password
    ///   that is not right, or a log-in that is not fresh; `invalidArgument` for a password that cannot be one, for accounts
    ///   of programs and of people whom a provider vouches for; `conflict` for a first password by a token that somebody else
    ///   made, where the account has tokens of its holder's own.
    package func setPassword(
        _ new: String, ofUserNamed name: Text, old: String?, from address: Text, by actor: Principal
    ) async throws {
        try PasswordText.check(new, forAccount: name)
        guard actor.isNamed, let bytes = PasswordText.bytes(new) else {
            throw AssayError(.permissionDenied, "Passwords are changed by their holder or by an administrator.")
        }
        try refuseInDoubt("A change of password")
        try requireUnrestricted(actor, for: "A change of password")
        try requireFreshLogin(actor, for: "A change of password")
        if name == actor.name {
            let hasOne = try await store.read { try $0.password(ofUser: actor.id) != nil }
            if hasOne {
                guard let old else { throw AssayError(.invalidArgument, "To change your own password, send the old one too.") }
                _ = try await authenticate(password: old, ofUserNamed: name, from: address)
            }
        } else {
            try Self.requireAdministrator(actor)
        }
        let hash = try await passwords.hash(bytes, salt: effects.randomBytes(PasswordHash.saltBytes))
        try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            if user.id != actor.id { try Self.refuseImpersonation(of: user) }
            if user.id == actor.id, actor.authentication.isMadeByAnother, try tx.password(ofUser: user.id) == nil {
                try requireNothingOfOnesOwn(user, tx)
            }
            try setPassword(hash, of: user, by: actor, tx)
        }
    }

    /// Within another use case.
    func setPassword(_ hash: PasswordHash, of user: UserRecord, by actor: Principal, _ tx: any StoreTransaction) throws {
        guard user.kind == .person else {
            throw AssayError(.invalidArgument, "\(user.name) is a program's account; it logs in by tokens only.")
        }
        guard try !tx.hasSubject(userID: user.id) else {
            throw AssayError(
                .invalidArgument, "\(user.name) logs in by an identity provider or a directory; the password is changed there.")
        }
        let text = hash.text
        let isMadeByAnother = Self.isAnother(actor, than: user)
        if try isMadeByAnother || tx.password(ofUser: user.id)?.isMadeByAnother == true {
            try revokeOwnTokens(of: user, by: actor, tx)
        }
        try tx.setPassword(
            PasswordRecord(
                userID: user.id, hash: text, changedMilliseconds: effects.nowMilliseconds(), isMadeByAnother: isMadeByAnother))
        try tx.endSessions(ofUser: user.id)
        var payload: JSONObject = [
            "user": .string(user.id), "name": .string(user.name.string), "own": .bool(user.id == actor.id),
            "hash_digest": .string(SHA256Hasher.digest(of: text.utf8).hex),
        ]
        if isMadeByAnother { payload["by_another"] = true }
        try record(
            kind: "user.password-set", by: actor, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: .object(payload), in: tx)
    }
}
