import Synchronization

/// What was seen so far in a file on its way.
final class PassingSecrets: Sendable {
    private static let sample = 4_096

    private struct State {
        var scanner = SecretScanner()
        var form: TextForm?
        /// What came before there was enough to tell the form by.
        var beginning: [UInt8] = []
    }

    private let state = Mutex(State())

    /// The first bytes tell whether the file is text, and of which form; nothing is looked for in others.
    func add(_ chunk: [UInt8]) {
        state.withLock { state in
            guard state.form == nil else { return Self.scan(chunk, &state) }
            state.beginning += chunk
            if state.beginning.count >= TextForm.least { Self.begin(&state) }
        }
    }

    /// After the last byte.
    func finish() -> [SecretScanner.Match] {
        state.withLock { state in
            if state.form == nil { Self.begin(&state) }
            state.scanner.finish()
            return state.scanner.matches
        }
    }

    private static func begin(_ state: inout State) {
        state.form = TextForm(beginning: state.beginning.prefix(sample))
        scan(state.beginning, &state)
        state.beginning = []
    }

    private static func scan(_ chunk: [UInt8], _ state: inout State) {
        guard let piece = state.form?.plain(chunk), !piece.isEmpty else { return }
        state.scanner.add(piece)
    }
}
