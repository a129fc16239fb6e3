import AssayTerms
import Synchronization

/// Versions that could not be loaded, and when each is tried again: after five seconds, then after twice as long each time, up to ten
/// minutes. Another manifest is another version.
final class LoadBackoff: Sendable {
    struct Key: Hashable {
        let model: Text
        let version: Int
        let manifest: SHA256Digest
    }

    private struct Failure {
        var count: Int
        var until: Double
    }

    private static let firstSeconds = 5.0
    private static let greatestSeconds = 600.0

    private let failures = Mutex<[Key: Failure]>([:])

    /// - Parameter now: in seconds.
    func mayTry(_ key: Key, now: Double) -> Bool { failures.withLock { now >= $0[key]?.until ?? now } }

    /// - Returns: after how many seconds it is tried again.
    func note(failureOf key: Key, now: Double) -> Double {
        failures.withLock { failures in
            let count = (failures[key]?.count ?? 0) + 1
            var seconds = Self.firstSeconds
            for _ in 1..<count where seconds < Self.greatestSeconds { seconds *= 2 }
            seconds = min(seconds, Self.greatestSeconds)
            failures[key] = Failure(count: count, until: now + seconds)
            return seconds
        }
    }

    /// Forgets what is not listed any more, or was loaded.
    func keep(only wanted: (Key) -> Bool) { failures.withLock { $0 = $0.filter { wanted($0.key) } } }

    func forget(_ key: Key) { failures.withLock { $0[key] = nil } }
}
