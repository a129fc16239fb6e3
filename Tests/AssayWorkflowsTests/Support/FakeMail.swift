import AssayTerms
import AssayWorkflows
import Synchronization

/// Takes mail, and answers what a test wrote down: each outcome once, then that it has it.
final class FakeMail: OutgoingMail {
    struct Sent: Sendable {
        let to: [Text]
        let message: [UInt8]
    }

    private let state = Mutex<(sent: [Sent], outcomes: [MailOutcome])>(([], []))

    var sent: [Sent] { state.withLock { $0.sent } }

    func answer(_ outcomes: [MailOutcome]) { state.withLock { $0.outcomes = outcomes } }

    func check(_ server: MailServer) async throws(AssayError) {}

    func send(_ message: [UInt8], by server: MailServer, password: Text?) async -> MailOutcome {
        state.withLock { state in
            state.sent.append(Sent(to: server.to, message: message))
            return state.outcomes.isEmpty ? .accepted : state.outcomes.removeFirst()
        }
    }
}
