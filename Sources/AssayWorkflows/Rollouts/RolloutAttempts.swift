import AssayTerms
import Synchronization

/// When rollouts asked the gate by themselves, so that a refusal is not asked for again with every report.
final class RolloutAttempts: Sendable {
    private static let pauseMilliseconds: Int64 = 60_000

    private let last = Mutex<[Text: Int64]>([:])

    /// Whether it may ask now; notes that it does. Ones that are long past are forgotten.
    func begin(_ id: String, at now: Int64) -> Bool {
        let id = Text(id)
        return last.withLock { last in
            last = last.filter { now - $0.value < Self.pauseMilliseconds && $0.value <= now }
            guard last[id] == nil else { return false }
            last[id] = now
            return true
        }
    }
}
