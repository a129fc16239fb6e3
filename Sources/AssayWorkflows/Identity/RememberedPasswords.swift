import AssayCanonical
import AssayTerms
import Synchronization

/// Passwords that were right a moment ago, so that a client that sends its password with every request does not have it
/// hashed every time.
///
/// What is kept is an HMAC, under a key of this process, over account, stored hash and password: it cannot be searched
/// without the key, and once the stored hash is another one it is never found again.
final class RememberedPasswords: Sendable {
    static let minutes: Int64 = 5

    private let capacity: Int
    private let key: [UInt8]
    private let until = Mutex<[SHA256Digest: Int64]>([:])

    init(key: [UInt8], capacity: Int = 4_096) {
        self.key = key
        self.capacity = capacity
    }

    func holds(_ password: [UInt8], of userID: String, hash: String, now: Int64) -> Bool {
        let code = code(password, userID, hash)
        return until.withLock { $0[code].map { now < $0 } ?? false }
    }

    func remember(_ password: [UInt8], of userID: String, hash: String, now: Int64) {
        let code = code(password, userID, hash)
        until.withLock { until in
            if until.count >= capacity { until = until.filter { now < $0.value } }
            if until.count >= capacity, let oldest = until.min(by: { $0.value < $1.value }) { until[oldest.key] = nil }
            until[code] = now + Self.minutes * 60_000
        }
    }

    /// Length before content, so that no two inputs read the same.
    private func code(_ password: [UInt8], _ userID: String, _ hash: String) -> SHA256Digest {
        HMACSHA256.code(for: Array("\(userID.utf8.count).\(hash.utf8.count).\(userID)\(hash)".utf8) + password, key: key)
    }
}
