package import AssayTerms
package import AssayWorkflows
package import HTTPTypes

/// From headers to a principal.
package struct Authenticator: Sendable {
    /// Whether requests without credentials are served as anonymous: the setting `tracking.anonymous`.
    package enum Anonymous: String, Sendable, CaseIterable {
        /// Where only this machine can ask.
        case loopback
        case off
    }

    private let useCases: UseCases
    private let allowsAnonymous: Bool

    /// - Parameter listensOnLoopback: whether the listener can be reached from this machine only.
    package init(useCases: UseCases, anonymous: Anonymous, listensOnLoopback: Bool) {
        self.useCases = useCases
        allowsAnonymous = anonymous == .loopback && listensOnLoopback
    }

    /// - Throws: `unauthenticated` for credentials that are not good. Without any the answer is ``Principal/anonymous``,
    ///   or ``Principal/nobody`` where anonymous work is off.
    package func principal(of headers: HTTPFields) async throws -> Principal {
        guard let header = headers[.authorization] else { return allowsAnonymous ? .anonymous : .nobody }
        return try await useCases.authenticate(authorization: header)
    }
}
