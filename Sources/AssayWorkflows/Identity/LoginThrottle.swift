import AssayCanonical
package import AssayTerms
import Synchronization

/// Slows down who guesses passwords, without letting strangers lock anybody out.
///
/// Three counts are kept, each forgiving one failure every five minutes:
/// - of an account from one address: from the sixth failure on, attempts from there are refused for 1, 2, 4 … 900 seconds;
/// - of one address, whatever the account: the same from the fifty-first failure on;
/// - of an account from everywhere: from the twenty-first failure on, attempts from addresses from which nobody has logged in
///   to it are answered later, up to 4 seconds, but answered. So a guesser with many addresses is slowed, and its owner gets in.
///
/// A success clears the first count and nothing else. IPv6 addresses count by their /64, which one customer has whole.
/// Memory is bounded: at most ``capacity`` counts of each kind, and the least recently failed go first. Keys are HMACs, so
/// names that were typed into the wrong field do not stay in memory.
package final class LoginThrottle: Sendable {
    package enum Verdict: Hashable, Sendable {
        case go
        /// Look at the attempt after so long.
        case later(milliseconds: Int64)
        case refused(seconds: Int64)
    }

    private struct Count {
        var failures: Double
        var last: Int64
        var refusedUntil: Int64 = 0

        /// Failures that are not forgiven yet.
        func standing(_ now: Int64) -> Double { max(0, failures - Double(max(0, now - last)) / forgivingMilliseconds) }
    }

    private struct State {
        var pairs: [SHA256Digest: Count] = [:]
        var addresses: [SHA256Digest: Count] = [:]
        var accounts: [SHA256Digest: Count] = [:]
        /// Pairs of account and address from which somebody logged in, with the time.
        var known: [SHA256Digest: Int64] = [:]
    }

    private static let forgivingMilliseconds = 300_000.0
    package static let pairFailures = 5.0
    package static let addressFailures = 50.0
    package static let accountFailures = 20.0
    package static let longestRefusalSeconds: Int64 = 900
    package static let longestDelayMilliseconds: Int64 = 4_000

    private let capacity: Int
    private let key: [UInt8]
    private let state = Mutex(State())

    /// - Parameter key: of this process, for the HMACs.
    package init(key: [UInt8], capacity: Int = 16_384) {
        self.key = key
        self.capacity = capacity
    }

    package func verdict(account: Text, address: Text, now: Int64) -> Verdict {
        let keys = keys(account, address)
        return state.withLock { state in
            let until = max(state.pairs[keys.pair]?.refusedUntil ?? 0, state.addresses[keys.address]?.refusedUntil ?? 0)
            if until > now { return .refused(seconds: (until - now + 999) / 1_000) }
            guard state.known[keys.pair] == nil, let count = state.accounts[keys.account] else { return .go }
            let excess = count.standing(now) - Self.accountFailures
            guard excess >= 1 else { return .go }
            return .later(milliseconds: min(Self.longestDelayMilliseconds, 125 << Int64(min(excess, 6))))
        }
    }

    package func failed(account: Text, address: Text, now: Int64) {
        let keys = keys(account, address)
        state.withLock { state in
            Self.count(&state.pairs, keys.pair, now, allowed: Self.pairFailures, capacity)
            Self.count(&state.addresses, keys.address, now, allowed: Self.addressFailures, capacity)
            Self.count(&state.accounts, keys.account, now, allowed: .infinity, capacity)
        }
    }

    package func succeeded(account: Text, address: Text, now: Int64) {
        let keys = keys(account, address)
        state.withLock { state in
            state.pairs[keys.pair] = nil
            if state.known.count >= capacity, state.known[keys.pair] == nil, let oldest = state.known.min(by: { $0.value < $1.value }) {
                state.known[oldest.key] = nil
            }
            state.known[keys.pair] = now
        }
    }

    /// How many counts are kept of the kind there are most of.
    package var size: Int { state.withLock { max($0.pairs.count, $0.addresses.count, $0.accounts.count, $0.known.count) } }

    private static func count(
        _ counts: inout [SHA256Digest: Count], _ key: SHA256Digest, _ now: Int64, allowed: Double, _ capacity: Int
    ) {
        var count = counts[key] ?? Count(failures: 0, last: now)
        count.failures = count.standing(now) + 1
        count.last = now
        let excess = count.failures - allowed
        if excess > 0 {
            let seconds = min(longestRefusalSeconds, 1 << Int64(min(excess.rounded(.up) - 1, 20)))
            count.refusedUntil = now + seconds * 1_000
        }
        if counts[key] == nil, counts.count >= capacity { makeRoom(&counts, capacity, now) }
        counts[key] = count
    }

    /// Drops an eighth of the counts, those that failed longest ago, so that room is made in one pass for many.
    private static func makeRoom(_ counts: inout [SHA256Digest: Count], _ capacity: Int, _ now: Int64) {
        let times = counts.values.map(\.last).sorted()
        let limit = times[min(times.count - 1, capacity / 8)]
        var dropped = 0
        counts = counts.filter { _, count in
            guard count.last <= limit, dropped <= capacity / 8 else { return true }
            dropped += 1
            return false
        }
    }

    private func keys(_ account: Text, _ address: Text) -> (pair: SHA256Digest, address: SHA256Digest, account: SHA256Digest) {
        let account = Array(account.utf8)
        let network = Array(IPAddress.network(of: address).utf8)
        return (
            HMACSHA256.code(for: [1] + network + [0] + account, key: key), HMACSHA256.code(for: [2] + network, key: key),
            HMACSHA256.code(for: [3] + account, key: key)
        )
    }
}
