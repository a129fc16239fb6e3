package import AssayTerms
import Synchronization

/// What each principal, and each address of those without a name, may still ask: a token bucket each.
///
/// Memory is bounded: at most ``capacity`` buckets. Where there are more, those go first that are full again, of which nothing is
/// lost, and then those that were used longest ago. A clock that goes back refills nothing and takes nothing away.
package final class RequestBudgets: Sendable {
    private struct Bucket {
        /// Thousandths of requests.
        var level: Int64
        var last: Int64
    }

    private static let request: Int64 = 1_000

    private let rate: RequestRate
    private let capacity: Int
    private let now: @Sendable () -> Int64
    private let buckets = Mutex<[Text: Bucket]>([:])

    /// - Parameter now: milliseconds.
    package init(rate: RequestRate = .standard, capacity: Int = 16_384, now: @escaping @Sendable () -> Int64) {
        self.rate = rate
        self.capacity = capacity
        self.now = now
    }

    /// Takes one request from the caller's budget.
    ///
    /// - Returns: after how many seconds there is one again; `nil` where there was one.
    package func spend(on caller: Caller) -> Int64? {
        caller.principal.isKnown ? spend(Text("account \(caller.principal.id)")) : spend(onAddress: caller.address)
    }

    /// Of somebody without a name; IPv6 addresses count by their /64, which one customer has whole.
    package func spend(onAddress address: Text) -> Int64? { spend(Text("address \(IPAddress.network(of: address))")) }

    /// How many buckets are kept.
    package var size: Int { buckets.withLock(\.count) }

    private var full: Int64 { rate.burst * Self.request }

    private func spend(_ key: Text) -> Int64? {
        let time = now()
        return buckets.withLock { buckets in
            var bucket = Bucket(level: full, last: time)
            if let kept = buckets[key] {
                bucket.level = level(of: kept, at: time)
            } else if buckets.count >= capacity {
                makeRoom(&buckets, at: time)
            }
            defer { buckets[key] = bucket }
            guard bucket.level >= Self.request else {
                let missing = Self.request - bucket.level
                let milliseconds = (missing + rate.perSecond - 1) / rate.perSecond
                return max(1, (milliseconds + 999) / 1_000)
            }
            bucket.level -= Self.request
            return nil
        }
    }

    /// A thousandth comes back each millisecond for each request a second.
    private func level(of bucket: Bucket, at time: Int64) -> Int64 {
        let elapsed = min(max(0, time - bucket.last), full / rate.perSecond + 1)
        return min(full, bucket.level + elapsed * rate.perSecond)
    }

    /// An eighth at least, so that room is made in one pass for many.
    private func makeRoom(_ buckets: inout [Text: Bucket], at time: Int64) {
        let wanted = capacity - max(1, capacity / 8)
        buckets = buckets.filter { level(of: $0.value, at: time) < full }
        guard buckets.count > wanted else { return }
        for (key, _) in buckets.sorted(by: { ($0.value.last, $0.key) < ($1.value.last, $1.key) }).prefix(buckets.count - wanted) {
            buckets[key] = nil
        }
    }
}
