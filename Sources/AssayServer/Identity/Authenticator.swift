import AssayStore
import AssayTerms
package import AssayWorkflows
import HTTPTypes

/// From headers to a caller.
package struct Authenticator: Sendable {
    /// Whether requests without credentials are served as anonymous: the setting `tracking.anonymous`.
    package enum Anonymous: String, Sendable, CaseIterable {
        /// Where only this machine can ask.
        case loopback
        case off
    }

    private let useCases: UseCases
    private let allowsAnonymous: Bool
    private let cookies: Cookies
    private let trustsProxy: Bool

    /// - Parameters:
    ///   - listensOnLoopback: whether the listener can be reached from this machine only.
    ///   - trustsProxy: whether what stands in front says truly where requests come from.
    package init(
        useCases: UseCases, anonymous: Anonymous, listensOnLoopback: Bool, cookies: Cookies, trustsProxy: Bool = false
    ) {
        self.useCases = useCases
        allowsAnonymous = anonymous == .loopback && listensOnLoopback
        self.cookies = cookies
        self.trustsProxy = trustsProxy
    }

    /// Credentials in `Authorization` go before a cookie. A cookie of a session that is over is as good as none, so that its
    /// browser can log in again.
    ///
    /// - Throws: `unauthenticated` for credentials that are not good. Without any the answer is ``Principal/anonymous``,
    ///   or ``Principal/nobody`` where anonymous work is off.
    package func caller(of credentials: RequestCredentials) async throws -> Caller {
        let headers = credentials.headers
        let address = address(of: credentials)
        if let header = headers[.authorization] {
            return Caller(try await useCases.authenticate(authorization: header, from: address), address: address)
        }
        if let secret = cookies.value(.session, in: headers), let found = try await useCases.session(secret: secret) {
            return Caller(found.principal, session: BrowserSession(id: found.record.id, secret: secret), address: address)
        }
        return Caller(allowsAnonymous ? .anonymous : .nobody, address: address)
    }

    /// A proxy adds whom it heard to the end of `X-Forwarded-For`; what stands before that the client may have written itself.
    private func address(of credentials: RequestCredentials) -> Text {
        if trustsProxy, let last = credentials.headers[HTTPField.Name("X-Forwarded-For")!]?.split(separator: ",").last {
            let text = last.filter { $0 != " " }
            if IPAddress(text) != nil { return Text(text) }
        }
        return Text(credentials.peer)
    }
}
