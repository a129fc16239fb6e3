/// A mail server, who writes by it and to whom. Whatever is secret is a reference.
package struct MailServer: Hashable, Sendable {
    package enum Security: String, Sendable, CaseIterable {
        /// TLS after STARTTLS, or nothing is sent.
        case starttls
        /// TLS from the first byte.
        case tls
        /// No TLS; only to addresses that the server was started with.
        case plain
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var from: Text
    package var to: [Text]
    package var user: Text?
    package var password: Text?
    /// A file of certificates that are believed beside the system's.
    package var authorities: Text?

    package init(
        host: String, port: Int, security: Security, from: Text, to: [Text], user: Text? = nil, password: Text? = nil,
        authorities: Text? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.from = from
        self.to = to
        self.user = user
        self.password = password
        self.authorities = authorities
    }
}
