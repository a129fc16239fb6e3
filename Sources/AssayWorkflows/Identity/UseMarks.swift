import AssayStore
import AssayTerms
import Synchronization

/// When tokens and sessions were last used, kept in memory and written down once in a while: no request waits for it, and no
/// request writes.
package final class UseMarks: Sendable {
    private static let capacity = 65_536

    private struct State {
        var tokens: [Text: Int64] = [:]
        var sessions: [Text: Int64] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    func noteToken(_ id: String, now: Int64) {
        state.withLock { if $0.tokens.count < Self.capacity || $0.tokens[Text(id)] != nil { $0.tokens[Text(id)] = now } }
    }

    func noteSession(_ id: String, now: Int64) {
        state.withLock { if $0.sessions.count < Self.capacity || $0.sessions[Text(id)] != nil { $0.sessions[Text(id)] = now } }
    }

    /// When the session was last used, as far as it is not written down yet.
    func session(_ id: String) -> Int64? { state.withLock { $0.sessions[Text(id)] } }

    /// Writes down what is not written yet, and drops sessions nobody can use any more.
    func write(to store: any Store, now: Int64, idleMilliseconds: Int64) async throws {
        let (tokens, sessions) = state.withLock { state in
            defer { state = State() }
            return (
                state.tokens.map { (id: $0.key.string, milliseconds: $0.value) },
                state.sessions.map { (id: $0.key.string, milliseconds: $0.value) }
            )
        }
        try await store.write { tx in
            try tx.noteUse(ofTokens: tokens, ofSessions: sessions)
            try tx.removeSessions(expiredBefore: now, idleSince: now - idleMilliseconds)
        }
    }
}
