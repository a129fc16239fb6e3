import AssayStore
package import AssayTerms
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
    private let provider: OpenIDProvider?
    private let workflows: WorkflowTokens?

    /// - Parameters:
    ///   - listensOnLoopback: whether the listener can be reached from this machine only.
    ///   - trustsProxy: whether what stands in front says truly where requests come from.
    ///   - provider: whose tokens clients may send too.
    ///   - workflows: tokens of evaluators' runs, which are looked at first: one provider may serve people and runs, even with one
    ///     audience, and then what is no run's is a person's.
    package init(
        useCases: UseCases, anonymous: Anonymous, listensOnLoopback: Bool, cookies: Cookies, trustsProxy: Bool = false,
        provider: OpenIDProvider? = nil, workflows: WorkflowTokens? = nil
    ) {
        self.useCases = useCases
        allowsAnonymous = anonymous == .loopback && listensOnLoopback
        self.cookies = cookies
        self.trustsProxy = trustsProxy
        self.provider = provider
        self.workflows = workflows
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
            let token = Self.providersToken(in: header)
            if let token, let run = try await workflows?.principal(bearer: token, otherwise: provider, from: address) {
                return Caller(run, address: address)
            }
            if let provider, let token {
                let login: ExternalLogin
                do {
                    login = try await provider.login(bearer: token)
                } catch let error as AssayError where error.code == .unauthenticated {
                    await useCases.noteFailedLogin(.provider, of: nil, from: address)
                    throw error
                }
                let principal = try await useCases.authenticate(external: login, roles: provider.settings.roles, from: address)
                return Caller(principal, address: address)
            }
            return Caller(try await useCases.authenticate(authorization: header, from: address), address: address)
        }
        if let secret = cookies.value(.session, in: headers), let found = try await useCases.session(secret: secret) {
            return Caller(found.principal, session: BrowserSession(id: found.record.id, secret: secret), address: address)
        }
        return Caller(allowsAnonymous ? .anonymous : .nobody, address: address)
    }

    /// A bearer token in three parts; ours have no dots.
    private static func providersToken(in header: String) -> String? {
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].count(where: { $0 == "." }) == 2 else { return nil }
        return String(parts[1])
    }

    /// A proxy adds whom it heard to the end of `X-Forwarded-For`; what stands before that the client may have written itself.
    package func address(of credentials: RequestCredentials) -> Text {
        if trustsProxy, let last = credentials.headers[HTTPField.Name("X-Forwarded-For")!]?.split(separator: ",").last {
            let text = last.filter { $0 != " " }
            if IPAddress(text) != nil { return Text(text) }
        }
        return Text(credentials.peer)
    }
}
