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
    private let kept = Mutex<[SHA256Digest: (user: String, until: Int64)]>([:])

    init(key: [UInt8], capacity: Int = 4_096) {
        self.key = key
        self.capacity = capacity
    }

    func holds(_ password: [UInt8], of userID: String, hash: String, now: Int64) -> Bool {
        user(with: password, of: userID, hash: hash, now: now) != nil
    }

    /// Whose password it was when it was remembered.
    ///
    /// - Parameters:
    ///   - account: what it was sent for: an account's id, or a name that a directory knows.
    ///   - hash: what it was held against.
    func user(with password: [UInt8], of account: String, hash: String, now: Int64) -> String? {
        let code = code(password, account, hash)
        return kept.withLock { $0[code].flatMap { now < $0.until ? $0.user : nil } }
    }

    func remember(_ password: [UInt8], of account: String, hash: String, as userID: String? = nil, now: Int64) {
        let code = code(password, account, hash)
        kept.withLock { kept in
            if kept.count >= capacity { kept = kept.filter { now < $0.value.until } }
            if kept.count >= capacity, let oldest = kept.min(by: { $0.value.until < $1.value.until }) { kept[oldest.key] = nil }
            kept[code] = (userID ?? account, now + Self.minutes * 60_000)
        }
    }

    /// Length before content, so that no two inputs read the same.
    private func code(_ password: [UInt8], _ userID: String, _ hash: String) -> SHA256Digest {
        HMACSHA256.code(for: Array("\(userID.utf8.count).\(hash.utf8.count).\(userID)\(hash)".utf8) + password, key: key)
    }
}
