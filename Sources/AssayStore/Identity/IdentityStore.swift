package import AssayTerms

/// Users and their tokens, read.
package protocol IdentitySnapshot: CredentialSnapshot {
    func hasUsers() throws -> Bool
    func user(id: String) throws -> UserRecord?
    func user(named name: Text) throws -> UserRecord?
    /// Everyone, by name.
    func users() throws -> [UserRecord]
    /// The names of everyone.
    func userNames() throws -> [Text]
    func token(id: String) throws -> TokenRecord?
    /// A user's tokens, or everyone's without one, oldest first; revoked and expired ones included.
    func tokens(ofUser userID: String?) throws -> [TokenRecord]
}

/// Users and their tokens, changed.
package protocol IdentityTransaction: IdentitySnapshot, CredentialTransaction {
    /// - Throws: `alreadyExists` if the name is taken.
    func insertUser(_ user: UserRecord) throws
    /// - Throws: `notFound` for an unknown user.
    func setRoles(_ roles: [Role], ofUser userID: String) throws
    /// For a person whose name is erased.
    ///
    /// - Throws: `notFound` for an unknown user, `alreadyExists` if the name is taken.
    func renameUser(id: String, to name: Text) throws
    /// - Throws: `notFound` for an unknown user.
    func insertToken(_ token: TokenRecord) throws
    /// Marks the token as revoked; a second time changes nothing.
    ///
    /// - Throws: `notFound` for an unknown token.
    func revokeToken(id: String, atMilliseconds now: Int64) throws
}
