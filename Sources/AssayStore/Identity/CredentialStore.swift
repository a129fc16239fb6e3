package import AssayTerms

/// What accounts are recognised by, beside their tokens, read.
package protocol CredentialSnapshot {
    func password(ofUser userID: String) throws -> PasswordRecord?
    func session(digest: SHA256Digest) throws -> SessionRecord?
    /// A user's sessions, newest log-in first; ended ones are not kept, expired ones may still be.
    func sessions(ofUser userID: String) throws -> [SessionRecord]
    /// The account of somebody whom an identity provider or a directory vouches for.
    func user(subject: Text, ofIssuer issuer: Text) throws -> UserRecord?
    /// Whether the account's people are vouched for from outside.
    func hasSubject(userID: String) throws -> Bool
}

/// What accounts are recognised by, changed.
package protocol CredentialTransaction: CredentialSnapshot {
    /// Removes the password and what a provider or directory knows the user by.
    func forgetLogin(ofUser userID: String) throws
    /// Sets or replaces the password.
    ///
    /// - Throws: `notFound` for an unknown user.
    func setPassword(_ password: PasswordRecord) throws
    /// - Parameter milliseconds: since when, or `nil` to take the account into use again.
    /// - Throws: `notFound` for an unknown user.
    func setDisabled(_ milliseconds: Int64?, userID: String) throws
    /// - Throws: `alreadyExists` if the subject has an account.
    func insertSubject(_ subject: Text, ofIssuer issuer: Text, userID: String, atMilliseconds now: Int64) throws
    func insertSession(_ session: SessionRecord) throws
    /// - Returns: whether there was such a session of the user's.
    func endSession(id: String, ofUser userID: String) throws -> Bool
    func endSessions(ofUser userID: String) throws
    func removeSessions(expiredBefore milliseconds: Int64, idleSince seen: Int64) throws
    /// Notes when tokens and sessions were last used; ids that are gone are left out.
    func noteUse(ofTokens tokens: [(id: String, milliseconds: Int64)], ofSessions sessions: [(id: String, milliseconds: Int64)]) throws
}
