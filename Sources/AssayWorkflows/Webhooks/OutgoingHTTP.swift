package import AssayTerms

/// The one way in which this process sends requests to addresses that somebody typed in.
///
/// Every request goes to an address that was judged beforehand, of the host as it was resolved once; nothing is redirected,
/// no proxy stands between, answers are cut off.
package protocol OutgoingHTTP: Sendable {
    /// Judges where the URL leads now, without connecting.
    ///
    /// - Throws: `invalidArgument` for an address that is not public and not allowed, for a scheme that is not allowed
    ///   there, and for a host that cannot be resolved.
    func check(_ url: OutgoingURL) async throws(AssayError)

    /// Judges the address again and posts to it.
    func post(_ message: OutgoingMessage, to url: OutgoingURL) async -> OutgoingOutcome
}

package struct OutgoingMessage: Sendable {
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(headers: [(name: String, value: String)], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

package enum OutgoingOutcome: Sendable {
    case answered(OutgoingAnswer)
    /// There is no answer; the text says why, for people.
    case failed(OutgoingFailure, String)
}

package struct OutgoingAnswer: Sendable {
    package let status: Int
    /// The beginning of the body.
    package let body: [UInt8]
    /// The number of seconds in `Retry-After`, if that holds one.
    package let retryAfterSeconds: Int64?

    package init(status: Int, body: [UInt8] = [], retryAfterSeconds: Int64? = nil) {
        self.status = status
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// Why there is no answer. The raw values are stable.
package enum OutgoingFailure: String, Sendable, CaseIterable {
    /// The host's name has no address now.
    case unresolved
    /// The host resolves to an address that requests may not go to.
    case addressRefused = "address_refused"
    /// Nothing took the connection.
    case connect
    case tls
    case timeout
    /// The connection ended before there was an answer.
    case disconnected

    /// Whether the same request may fare better later.
    package var mayPass: Bool { self != .addressRefused }
}

/// A process that sends nothing out.
package struct NoOutgoingHTTP: OutgoingHTTP {
    private static let words = "This process sends no requests."

    package init() {}

    package func check(_ url: OutgoingURL) async throws(AssayError) { throw AssayError(.unsupported, Self.words) }

    package func post(_ message: OutgoingMessage, to url: OutgoingURL) async -> OutgoingOutcome {
        .failed(.addressRefused, Self.words)
    }
}
