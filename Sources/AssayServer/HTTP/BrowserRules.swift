package import AssayTerms
package import HTTPTypes

/// What keeps a browser on the same machine from being turned against the server.
///
/// A page of a foreign site can make a browser send requests to localhost, and a rebinding name server can make them look
/// same-origin. So `Host` must be one of ours, a present `Origin` must be ours too, and no CORS header is ever sent.
package struct BrowserRules: Sendable {
    /// Host names accepted in `Host` and `Origin`, in lower case, without port.
    package let hosts: Set<String>
    package let port: Int

    package init(hosts: Set<String>, port: Int) {
        self.hosts = hosts
        self.port = port
    }

    /// The names of the loopback interface and, if it is another one, the host listened on.
    package static func hosts(listeningOn host: String) -> Set<String> {
        Set(["localhost", "127.0.0.1", "[::1]", host.lowercased(), host.contains(":") ? "[\(host.lowercased())]" : host.lowercased()])
    }

    static let answerHeaders: [(HTTPField.Name, String)] = [
        (.xContentTypeOptions, "nosniff"),
        (
            .contentSecurityPolicy,
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
        (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
        (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
    ]

    /// What is looked at before anything else, credentials too.
    ///
    /// - Parameter isLink: whether the request may come from a link on another site: a page that is only read. It is loaded as
    ///   a document of its own and stands in no frame, so the other site learns nothing of it.
    /// - Throws: `permissionDenied` for a foreign `Host` or `Origin`.
    package func check(authority: String?, headers: HTTPFields, isLink: Bool) throws(AssayError) {
        // The first `Host` is the authority; another one beside it is meant for somebody else's parser.
        if headers.contains(HTTPField.Name("Host")!) { throw AssayError(.unreadable, "Bad Request. 'Host' stands there twice.") }
        guard let authority, accepts(authority: authority) else {
            throw AssayError(
                .permissionDenied,
                "This server does not answer for the host named in the request. Use the address it printed at start, or start it with --host.")
        }
        if let origin = headers[.origin], !accepts(origin: origin, authority: authority) {
            throw AssayError(.permissionDenied, "Requests from pages of another origin are refused.")
        }
        if let site = headers[HTTPField.Name("Sec-Fetch-Site")!], site == "cross-site" {
            let isNavigation =
                headers[HTTPField.Name("Sec-Fetch-Mode")!] == "navigate" && headers[HTTPField.Name("Sec-Fetch-Dest")!] == "document"
            guard isLink, isNavigation else {
                throw AssayError(.permissionDenied, "Requests from pages of another site are refused.")
            }
        }
    }

    /// Why a request that came through a proxy is not served, if it is not: nobody is named who sends it.
    package func refusal(ofForwarded headers: HTTPFields, hasCredentials: Bool) -> AssayError? {
        let forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"].contains {
            HTTPField.Name($0).map { headers.contains($0) } ?? false
        }
        guard forwarded, !hasCredentials else { return nil }
        return AssayError(
            .permissionDenied, "An anonymous request that came through a proxy is refused. Send a token, or talk to the server directly.")
    }

    private func accepts(authority: String) -> Bool {
        let lower = authority.lowercased()
        return hosts.contains { lower == $0 || lower == "\($0):\(port)" }
    }

    /// Ours is the origin of the very host that was asked, or of another name of ours at our port.
    private func accepts(origin: String, authority: String) -> Bool {
        let lower = origin.lowercased()
        if ["http://", "https://"].contains(where: { lower == $0 + authority.lowercased() }) { return true }
        return hosts.contains { lower == "http://\($0):\(port)" || lower == "https://\($0):\(port)" || (port == 80 && lower == "http://\($0)") }
    }
}
