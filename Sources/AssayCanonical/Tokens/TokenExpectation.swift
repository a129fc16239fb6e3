package import AssayJSON

/// What the claims of a token must say before they count (RFC 7519, section 4; OpenID Connect Core, section 3.1.3.7).
package struct TokenExpectation: Sendable {
    /// How far two clocks may be apart.
    package static let leewaySeconds = 30.0
    private static let longestSubject = 255

    package let issuer: String
    package let audience: String
    /// Of a log-in's token: the word that this browser's log-in began with. Such a token, where it is for several audiences,
    /// must also say that it was this client who asked for it (`azp`).
    package let nonce: String?

    package init(issuer: String, audience: String, nonce: String? = nil) {
        self.issuer = issuer
        self.audience = audience
        self.nonce = nonce
    }

    /// Why the claims do not count, in words for the log; `nil` if they do. Times that are missing count as wrong, but for
    /// `nbf`.
    package func objection(to claims: JSONValue, nowSeconds now: Double) -> String? {
        guard claims["iss"]?.string == issuer else { return "another issuer" }
        guard Self.names(audience, in: claims["aud"]) else { return "another audience" }
        if nonce != nil, claims["azp"] != nil || claims["aud"]?.array?.count ?? 1 > 1, claims["azp"]?.string != audience {
            return "another authorized party"
        }
        guard let subject = claims["sub"]?.string, (1...Self.longestSubject).contains(subject.utf8.count) else { return "no subject" }
        guard let expiry = claims["exp"]?.number, expiry + Self.leewaySeconds > now else { return "expired" }
        if let start = claims["nbf"] {
            guard let start = start.number, start - Self.leewaySeconds <= now else { return "not valid yet" }
        }
        guard let issued = claims["iat"]?.number, issued - Self.leewaySeconds <= now else { return "issued in the future" }
        if let nonce {
            guard let sent = claims["nonce"]?.string, ConstantTime.equal(Array(sent.utf8), Array(nonce.utf8)) else { return "another nonce" }
        }
        return nil
    }

    static func names(_ audience: String, in claim: JSONValue?) -> Bool {
        if let one = claim?.string { return one == audience }
        return claim?.array?.contains { $0.string == audience } ?? false
    }
}
