import AssayCanonical
package import AssayStore
package import AssayTerms

/// How long a browser stays logged in.
package struct SessionLimits: Hashable, Sendable {
    /// Without a request.
    package var idleMinutes: Int64 = 120
    /// In all, however busy.
    package var longestMinutes: Int64 = 720

    package init() {}
}

/// A session at the only moment its secret is known.
package struct StartedSession: Sendable {
    /// What goes into the cookie: 256 random bits in hexadecimal digits. Kept nowhere.
    package let secret: String
    package let record: SessionRecord
}

/// Browsers that logged in. The database holds an HMAC of each secret under a key that stands beside the database's other
/// keys: who reads the database has no session, and who writes it makes none.
extension UseCases {
    private static let secretBytes = 32
    private static let keyDomain: Text = "sessions"

    /// Begins a session for somebody who has just shown who they are. Every log-in has a secret of its own, so one that was
    /// planted in the browser before stays worth nothing.
    ///
    /// - Throws: `permissionDenied` for anyone but a person, or a person with a token only.
    package func startSession(for principal: Principal) async throws -> StartedSession {
        let now = effects.nowMilliseconds()
        guard principal.isNamed, [.password, .directory, .bearer].contains(principal.authentication.method) else {
            throw AssayError(.permissionDenied, "A browser's session begins with a log-in.")
        }
        // Where a provider does not say when its person logged in, the session is good for all that asks for no fresh log-in.
        let login = principal.authentication.loginMilliseconds ?? 0
        let secret = Hex.encode(effects.randomBytes(Self.secretBytes))
        let record = SessionRecord(
            id: Hex.encode(effects.randomBytes(8)), digest: try digest(ofSecret: secret), userID: principal.id,
            method: principal.authentication.method, loginMilliseconds: login, seenMilliseconds: now,
            expiresMilliseconds: now + sessionLimits.longestMinutes * 60_000)
        try await store.write { try $0.insertSession(record) }
        return StartedSession(secret: secret, record: record)
    }

    /// Whose session it is, with the roles of this moment; `nil` for one that is over or never was.
    package func session(secret: String) async throws -> (principal: Principal, record: SessionRecord)? {
        guard secret.utf8.count == Self.secretBytes * 2, Hex.decode(secret) != nil else { return nil }
        let digest = try digest(ofSecret: secret)
        let now = effects.nowMilliseconds()
        let idle = sessionLimits.idleMinutes * 60_000
        let found = try await store.read { tx -> (UserRecord, SessionRecord, Bool)? in
            guard let session = try tx.session(digest: digest), let user = try tx.user(id: session.userID) else { return nil }
            // A change of password ends its sessions, so the password that stands is the one this session began with.
            let isMadeByAnother = try session.method == .password && tx.password(ofUser: user.id)?.isMadeByAnother ?? true
            return (user, session, isMadeByAnother)
        }
        guard let (user, record, isMadeByAnother) = found, !user.isDisabled, now < record.expiresMilliseconds,
            now - max(record.seenMilliseconds, useMarks.session(record.id) ?? 0) < idle
        else { return nil }
        useMarks.noteSession(record.id, now: now)
        let authentication = Authentication(
            .session, loginMilliseconds: record.loginMilliseconds, isMadeByAnother: isMadeByAnother)
        return (user.principal(authentication), record)
    }

    /// One's own; none for a token that is restricted.
    package func sessions(of actor: Principal) async throws -> [SessionRecord] {
        guard actor.authentication.verbs == nil else { return [] }
        let now = effects.nowMilliseconds()
        let idle = sessionLimits.idleMinutes * 60_000
        return try await store.read { try $0.sessions(ofUser: actor.id) }.filter {
            now < $0.expiresMilliseconds && now - max($0.seenMilliseconds, useMarks.session($0.id) ?? 0) < idle
        }
    }

    /// - Throws: `notFound` for a session that is over, and for somebody else's; `permissionDenied` for a token that is restricted.
    package func endSession(id: String, by actor: Principal) async throws {
        try requireUnrestricted(actor, for: "The end of a session")
        let ended = try await store.write { try $0.endSession(id: id, ofUser: actor.id) }
        guard ended else { throw AssayError(.notFound, "There is no session \(id.prefix(32)) of yours.") }
    }

    /// Ends all of one's sessions, this one too.
    ///
    /// - Throws: `permissionDenied` for a token that is restricted.
    package func endSessions(by actor: Principal) async throws {
        try requireUnrestricted(actor, for: "The end of a session")
        try await store.write { try $0.endSessions(ofUser: actor.id) }
    }

    /// Writes down when tokens and sessions were last used, and forgets sessions that are over.
    package func writeUseMarks() async throws {
        try await useMarks.write(
            to: store, now: effects.nowMilliseconds(), idleMilliseconds: sessionLimits.idleMinutes * 60_000)
    }

    private func digest(ofSecret secret: String) throws -> SHA256Digest {
        HMACSHA256.code(for: Array("session ".utf8) + Array(secret.utf8), key: try keyring.key(domain: Self.keyDomain).secret)
    }
}
