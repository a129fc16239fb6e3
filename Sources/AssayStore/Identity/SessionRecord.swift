package import AssayTerms

/// A browser that logged in: enough to know it again, never enough to be it.
package struct SessionRecord: Hashable, Sendable {
    /// For people to end it by: 16 hexadecimal digits that open nothing.
    package let id: String
    /// Of the cookie's secret, under a key that does not stand in the database.
    package let digest: SHA256Digest
    package let userID: String
    /// By which way its person logged in.
    package let method: Authentication.Method
    package let loginMilliseconds: Int64
    /// When it was last used, within a minute or so.
    package let seenMilliseconds: Int64
    /// From this moment on it is refused, used or not.
    package let expiresMilliseconds: Int64

    package init(
        id: String, digest: SHA256Digest, userID: String, method: Authentication.Method, loginMilliseconds: Int64,
        seenMilliseconds: Int64, expiresMilliseconds: Int64
    ) {
        self.id = id
        self.digest = digest
        self.userID = userID
        self.method = method
        self.loginMilliseconds = loginMilliseconds
        self.seenMilliseconds = seenMilliseconds
        self.expiresMilliseconds = expiresMilliseconds
    }
}
