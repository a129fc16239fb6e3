/// Why an attempt did not deliver, as histories say it. The raw values are stable.
package enum AttemptError: String, Sendable, CaseIterable {
    case unresolved
    case addressRefused = "address_refused"
    case connect, tls, timeout, disconnected
    /// The receiver sent elsewhere; redirects are not followed.
    case redirect
    /// The receiver answered with a status that is no success.
    case status
    /// The server stopped while it was under way.
    case interrupted
    /// It waited too long, or too many attempts were interrupted; this attempt was not made.
    case expired
    /// What the message is about was erased; this attempt was not made.
    case erased
    /// What is kept of the message or its webhook cannot be read any more; this attempt was not made.
    case unreadable

    init(_ failure: OutgoingFailure) {
        switch failure {
        case .unresolved: self = .unresolved
        case .addressRefused: self = .addressRefused
        case .connect: self = .connect
        case .tls: self = .tls
        case .timeout: self = .timeout
        case .disconnected: self = .disconnected
        }
    }
}
