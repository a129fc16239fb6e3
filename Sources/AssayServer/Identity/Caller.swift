import AssayCanonical
package import AssayTerms
package import HTTPTypes

/// What a request says about who sends it.
package struct RequestCredentials: Sendable {
    package let headers: HTTPFields
    /// The address at the other end of the connection; empty where there is none.
    package let peer: String

    package init(headers: HTTPFields, peer: String) {
        self.headers = headers
        self.peer = peer
    }
}

/// Who sends a request, and from where.
package struct Caller: Sendable {
    package let principal: Principal
    /// Set where a cookie said so.
    package let session: BrowserSession?
    package let address: Text

    package init(_ principal: Principal, session: BrowserSession? = nil, address: Text = "") {
        self.principal = principal
        self.session = session
        self.address = address
    }
}

/// A browser's session as requests see it.
package struct BrowserSession: Sendable {
    /// What ends it; opens nothing.
    package let id: String
    /// What a form or script of our own pages sends back: an HMAC under the cookie's secret, so that it is worth nothing in
    /// another session, and nothing needs to be kept.
    package let csrfToken: String

    package init(id: String, secret: String) {
        self.id = id
        csrfToken = Self.token(ofSecret: secret)
    }

    package func accepts(csrfToken sent: String) -> Bool {
        ConstantTime.equal(Array(sent.utf8), Array(csrfToken.utf8))
    }

    static func token(ofSecret secret: String) -> String {
        HMACSHA256.code(for: Array("csrf".utf8), key: Array(secret.utf8)).hex
    }
}
