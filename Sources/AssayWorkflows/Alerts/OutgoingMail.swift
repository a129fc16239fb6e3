package import AssayTerms

/// The one way in which this process sends mail. Addresses are judged as those of ``OutgoingHTTP`` are.
package protocol OutgoingMail: Sendable {
    /// Judges where the server's name leads now, without connecting.
    ///
    /// - Throws: `invalidArgument` for an address that is not public and not allowed, for one without TLS that is not allowed, and
    ///   for a name that cannot be resolved.
    func check(_ server: MailServer) async throws(AssayError)

    /// Judges the address again and hands the message over.
    ///
    /// - Parameters:
    ///   - password: of `server.user`.
    ///   - message: head and body, lines of at most 998 bytes that end in CRLF.
    func send(_ message: [UInt8], by server: MailServer, password: Text?) async -> MailOutcome
}

package enum MailOutcome: Hashable, Sendable {
    /// The server answered that it has it.
    case accepted
    /// It has it for these recipients; of the others it may take it later, as this code of three digits says.
    case partly(reached: [Text], Int)
    /// It answered with this code of three digits; one from 400 to 499 may pass.
    case refused(Int)
    case failed(OutgoingFailure, String)
}

/// A process that sends no mail.
package struct NoOutgoingMail: OutgoingMail {
    private static let words = "This process sends no mail."

    package init() {}

    package func check(_ server: MailServer) async throws(AssayError) { throw AssayError(.unsupported, Self.words) }

    package func send(_ message: [UInt8], by server: MailServer, password: Text?) async -> MailOutcome {
        .failed(.addressRefused, Self.words)
    }
}

/// Reads secrets where references say they stand.
package protocol SecretSource: Sendable {
    /// Judges whether such a place may be named, without reading what stands there.
    ///
    /// - Throws: `invalidArgument` naming the place.
    func check(_ reference: Text) async throws

    /// - Parameter reference: `env:NAME`, `file:PATH` or `vault:MOUNT/PATH#FIELD`.
    /// - Throws: what ``check(_:)`` throws; `invalidArgument` where nothing stands there, `unavailable` where it cannot be read now; without the secret.
    func value(_ reference: Text) async throws -> Text
}

/// A process that reads no secrets.
package struct NoSecrets: SecretSource {
    package init() {}

    package func check(_ reference: Text) async throws { throw AssayError(.unsupported, Self.words) }

    package func value(_ reference: Text) async throws -> Text { throw AssayError(.unsupported, Self.words) }

    private static let words = "This process reads no secrets."
}
