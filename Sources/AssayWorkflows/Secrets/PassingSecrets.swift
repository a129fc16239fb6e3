import Synchronization

/// What was seen so far in a file on its way.
final class PassingSecrets: Sendable {
    private static let sample = 4_096

    private let state = Mutex<(scanner: SecretScanner, isText: Bool?)>((SecretScanner(), nil))

    /// The first bytes tell whether the file is text; nothing is looked for in others.
    func add(_ chunk: [UInt8]) {
        state.withLock { state in
            if state.isText == nil, !chunk.isEmpty { state.isText = !chunk.prefix(Self.sample).contains(0) }
            if state.isText == true { state.scanner.add(chunk) }
        }
    }

    /// After the last byte.
    func finish() -> [SecretScanner.Match] {
        state.withLock { state in
            state.scanner.finish()
            return state.scanner.matches
        }
    }
}
