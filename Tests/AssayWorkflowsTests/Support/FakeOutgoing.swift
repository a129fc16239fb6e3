import AssayTerms
import AssayWorkflows
import Synchronization

/// Takes what would be sent, and answers what a test wrote down: each outcome once, then the last one for good.
final class FakeOutgoing: OutgoingHTTP {
    struct Sent: Sendable {
        let url: OutgoingURL
        let message: OutgoingMessage

        func header(_ name: String) -> String? { message.headers.first { $0.name == name }?.value }
    }

    private struct State {
        var sent: [Sent] = []
        var outcomes: [OutgoingOutcome] = [.answered(OutgoingAnswer(status: 200))]
        var refusedHosts: Set<Text> = []
        var hook: (@Sendable () async throws -> Void)?
    }

    private let state = Mutex(State())

    var sent: [Sent] { state.withLock { $0.sent } }

    func answer(_ outcomes: OutgoingOutcome...) { state.withLock { $0.outcomes = outcomes } }
    func answer(statuses: Int...) {
        state.withLock { $0.outcomes = statuses.map { .answered(OutgoingAnswer(status: $0)) } }
    }
    func refuse(host: Text) { state.withLock { _ = $0.refusedHosts.insert(host) } }
    /// Runs while the next message is under way.
    func during(_ hook: @escaping @Sendable () async throws -> Void) { state.withLock { $0.hook = hook } }

    func check(_ url: OutgoingURL) async throws(AssayError) {
        guard !state.withLock({ $0.refusedHosts.contains(Text(url.host)) }) else {
            throw AssayError(.invalidArgument, "refused")
        }
    }

    func post(_ message: OutgoingMessage, to url: OutgoingURL) async -> OutgoingOutcome {
        let (outcome, hook) = state.withLock { state in
            state.sent.append(Sent(url: url, message: message))
            let hook = state.hook
            state.hook = nil
            return (state.outcomes.count > 1 ? state.outcomes.removeFirst() : state.outcomes[0], hook)
        }
        do {
            try await hook?()
        } catch {
            return .failed(.disconnected, "\(error)")
        }
        return outcome
    }
}
