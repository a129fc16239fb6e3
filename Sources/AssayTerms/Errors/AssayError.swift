/// What went wrong, in words a caller can act on.
///
/// One type serves every room, so that an error keeps its code from the file reader to the HTTP status
/// and the exit status. Values of rows, secrets and statement arguments never stand in `message`.
package struct AssayError: Error, Sendable {
    /// The kinds of failure a caller can tell apart. The raw values are stable.
    package enum Code: String, Sendable, CaseIterable {
        /// An argument, a field or a command-line option is not acceptable.
        case invalidArgument
        /// A file or body cannot be understood: wrong format, truncated, wrongly typed.
        case unreadable
        /// Understood, and deliberately not done: an unknown class, a nested type, an exotic encoding.
        case unsupported
        case notFound
        case alreadyExists
        /// The request contradicts the present state of the object.
        case conflict
        /// Nobody is named where a named person is needed, or the token is not known.
        case unauthenticated
        /// The caller is known and may not; a gate's refusal too.
        case permissionDenied
        /// A stated limit was reached (size, depth, count, memory, time).
        case limitExceeded
        /// Asked again too soon, after too many failures or for want of room; the message says when to come back.
        case tooSoon
        /// Cannot be done now: a lock is held, a port is in use, a child process cannot be confined.
        case unavailable
        /// The disk has no room for it; it will not have any by asking again.
        case storageFull
        /// Stored bytes are not what they should be.
        case corrupt
        /// Our own fault.
        case internalFault
    }

    package var code: Code
    /// What failed, on which object, and what the caller may do.
    package var message: String
    /// The underlying error; logged, never sent to a client.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The command line's exit status: 2 for what the user can mend, 3 for a fault of ours.
    package var exitStatus: Int32 {
        switch code {
        case .invalidArgument, .unreadable, .unsupported, .notFound, .alreadyExists, .conflict, .unauthenticated,
            .limitExceeded, .tooSoon, .unavailable, .storageFull:
            2
        case .permissionDenied, .corrupt: 1
        case .internalFault: 3
        }
    }
}

extension AssayError: CustomStringConvertible {
    package var description: String { message }
}
