package import AssayTerms

/// What is kept of a token: enough to know it again, never enough to use it.
package struct TokenRecord: Hashable, Sendable {
    /// The public part of the token's text: 16 hexadecimal digits.
    package let id: String
    package let userID: String
    /// SHA-256 of the whole token text. The text holds 256 random bits, so a plain digest cannot be searched.
    package let digest: SHA256Digest
    /// What its holder calls it; may be empty.
    package let label: Text
    package let createdMilliseconds: Int64
    /// From this moment on it is refused.
    package let expiresMilliseconds: Int64
    package let revokedMilliseconds: Int64?
    /// What it was restricted to; `nil` leaves its holder everything.
    package let verbs: Set<Permission>?
    /// Of an elevated token, when its holder logged in to make it; `nil` for any other.
    package let loginMilliseconds: Int64?
    /// Within a few minutes; `nil` for one that nobody used.
    package let usedMilliseconds: Int64?
    /// Whether somebody else made it and so knows it.
    package let isMadeByAnother: Bool

    package init(
        id: String, userID: String, digest: SHA256Digest, label: Text, createdMilliseconds: Int64,
        expiresMilliseconds: Int64, revokedMilliseconds: Int64? = nil, verbs: Set<Permission>? = nil,
        loginMilliseconds: Int64? = nil, usedMilliseconds: Int64? = nil, isMadeByAnother: Bool = false
    ) {
        self.id = id
        self.userID = userID
        self.digest = digest
        self.label = label
        self.createdMilliseconds = createdMilliseconds
        self.expiresMilliseconds = expiresMilliseconds
        self.revokedMilliseconds = revokedMilliseconds
        self.verbs = verbs
        self.loginMilliseconds = loginMilliseconds
        self.usedMilliseconds = usedMilliseconds
        self.isMadeByAnother = isMadeByAnother
    }

    package func isUsable(atMilliseconds now: Int64) -> Bool {
        revokedMilliseconds == nil && now < expiresMilliseconds
    }

    /// How whoever shows it is recognised.
    package var authentication: Authentication {
        Authentication(
            .token, loginMilliseconds: loginMilliseconds, verbs: verbs, isMadeByAnother: isMadeByAnother, tokenID: id)
    }
}
