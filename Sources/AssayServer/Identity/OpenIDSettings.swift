import AssayTerms
package import AssayWorkflows

/// How people log in with an identity provider (OpenID Connect).
package struct OpenIDSettings: Sendable {
    /// As the provider writes itself in its tokens.
    package var issuer: String
    package var clientID: String
    /// `nil` for a client without one, which PKCE alone protects.
    package var clientSecret: String?
    /// Where the provider sends browsers back to: this server's `/login/provider/callback`, as browsers reach it.
    package var redirectURI: String
    /// What the log-in page calls it.
    package var label: String
    /// What bearer tokens of clients must be for; `nil` accepts none.
    package var audience: String?
    package var scopes: String
    package var nameClaim: String
    package var groupsClaim: String
    package var roles: GroupRoles
    /// How old a log-in at the provider may be when a browser comes from there.
    package var loginMinutes: Int64

    package init(
        issuer: String, clientID: String, clientSecret: String?, redirectURI: String, label: String, audience: String?,
        scopes: String, nameClaim: String, groupsClaim: String, roles: GroupRoles, loginMinutes: Int64
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectURI = redirectURI
        self.label = label
        self.audience = audience
        self.scopes = scopes
        self.nameClaim = nameClaim
        self.groupsClaim = groupsClaim
        self.roles = roles
        self.loginMinutes = loginMinutes
    }
}
