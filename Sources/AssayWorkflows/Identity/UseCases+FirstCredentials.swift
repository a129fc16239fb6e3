import AssayStore
package import AssayTerms

/// Passwords and tokens that somebody else made, and how their holder makes the account their own.
///
/// Whoever made a credential knows it, and could act by it as its holder. So it leaves out what a person answers for
/// (``Permission/personal``) until its holder puts one of their own in its place. The maker could do that too, but never unseen:
/// it works only where the account has no other credential of its holder's own, and the one that was handed over is worth
/// nothing from then on.
extension UseCases {
    /// Whether what `actor` makes for `user` is known to somebody else than its holder. Whoever holds the data directory's files
    /// makes the first administrator, who would otherwise be nobody's equal; a program's tokens answer for nothing anyway.
    static func isAnother(_ actor: Principal, than user: UserRecord) -> Bool {
        user.kind == .person && actor.id != user.id && actor.kind != .localOperator
    }

    /// - Throws: `permissionDenied` for a credential that somebody else made: it could make one that is not.
    static func requireOwn(_ actor: Principal, for what: String) throws(AssayError) {
        guard actor.authentication.isMadeByAnother else { return }
        throw AssayError(
            .permissionDenied, "\(what) is not made with a password or token that somebody else made.\(actor.remedy(for: .administer))")
    }

    /// A token of one's own in place of the one that somebody else made and that was shown for this; with the same label and end.
    ///
    /// - Throws: `permissionDenied` for anything but such a token; `conflict` where the account has a password or a token of its
    ///   holder's own, or its holder logs in elsewhere: then that is used; `unauthenticated` without a fresh log-in.
    package func replaceToken(by actor: Principal) async throws -> IssuedToken {
        guard actor.isNamed, actor.authentication.isMadeByAnother, let id = actor.authentication.tokenID else {
            throw AssayError(
                .permissionDenied, "Only a token that somebody else made for you is replaced. Make further ones with: assay token create")
        }
        try requireUnrestricted(actor, for: "A token of one's own")
        try refuseInDoubt("A token")
        try requireFreshLogin(actor, for: "A token")
        return try await store.write { tx in
            guard let token = try tx.token(id: id), token.isUsable(atMilliseconds: effects.nowMilliseconds()),
                let user = try tx.user(id: token.userID), user.id == actor.id
            else { throw AssayError(.unauthenticated, "The token is no longer good.") }
            guard try tx.password(ofUser: user.id) == nil, try !tx.hasSubject(userID: user.id) else {
                throw AssayError(
                    .conflict, "\(user.name) logs in by name and password. Do that, and make a token: assay token create --as \(user.name)")
            }
            try requireNothingOfOnesOwn(user, tx)
            try revoke(token, by: actor, tx)
            return try insertToken(
                for: user, label: token.label, expires: token.expiresMilliseconds, verbs: nil, login: nil, by: actor, tx)
        }
    }

    /// Tokens that have run out count too: their holder would not see that another one stands in for them.
    ///
    /// - Throws: `conflict` where the account has tokens that its holder made and nobody revoked.
    func requireNothingOfOnesOwn(_ user: UserRecord, _ tx: any StoreSnapshot) throws {
        guard try !tx.tokens(ofUser: user.id).contains(where: { !$0.isMadeByAnother && $0.revokedMilliseconds == nil }) else {
            throw AssayError(.conflict, "\(user.name) has tokens of their own. Use one of those, or have them revoked first.")
        }
    }

    /// Whoever is given another password gets nothing that goes on beside it: were it done behind their back, they would see it
    /// at their next request.
    func revokeOwnTokens(of user: UserRecord, by actor: Principal, _ tx: any StoreTransaction) throws {
        for token in try ownTokens(of: user, tx) { try revoke(token, by: actor, tx) }
    }

    private func ownTokens(of user: UserRecord, _ tx: any StoreSnapshot) throws -> [TokenRecord] {
        let now = effects.nowMilliseconds()
        return try tx.tokens(ofUser: user.id).filter { !$0.isMadeByAnother && $0.isUsable(atMilliseconds: now) }
    }
}
