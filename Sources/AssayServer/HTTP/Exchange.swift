package import AssayTerms
package import HTTPTypes

/// One request as its handler sees it: already matched, authenticated and permitted.
package struct Exchange: Sendable {
    package let principal: Principal
    /// The browser's session, if that is how the principal was recognised.
    package let session: BrowserSession?
    /// Where the request comes from; empty where nobody can say.
    package let address: Text
    /// Whether the listener itself speaks TLS.
    package let isEncrypted: Bool
    package let method: HTTPRequest.Method
    /// What `Host` says: the server as the client named it.
    package let authority: String
    /// The path as sent, percent-encoded, without the query.
    package let path: String
    /// The values of the route's `{name}` segments, percent-decoded.
    package let parameters: [String: String]
    /// The query's pairs in order, percent-decoded.
    package let query: [(name: Text, value: Text)]
    package let headers: HTTPFields
    /// The body, for routes that do not stream it; already within the route's limit.
    package let body: [UInt8]
    /// The body as it arrives, for routes that stream it.
    package let bodyStream: BodyChunks

    package var contentType: String? { headers[.contentType] }

    /// The first value of a query parameter.
    package func queryValue(_ name: Text) -> String? { query.first { $0.name == name }?.value.string }
}

extension Exchange {
    /// The same request with a body that its handler read.
    package func with(body: [UInt8]) -> Exchange {
        Exchange(
            principal: principal, session: session, address: address, isEncrypted: isEncrypted, method: method, authority: authority, path: path,
            parameters: parameters, query: query, headers: headers, body: body, bodyStream: bodyStream)
    }

    /// A request that came otherwise than over HTTP/1, to be answered by the same handlers.
    package static func direct(
        _ principal: Principal, address: Text, parameters: [String: String], headers: HTTPFields = [:], body: [UInt8]
    ) -> Exchange {
        Exchange(
            principal: principal, session: nil, address: address, isEncrypted: false, method: .post, authority: "", path: "",
            parameters: parameters, query: [], headers: headers, body: body, bodyStream: BodyChunks())
    }
}
