import AssayTerms
import AssayWorkflows
import Testing

/// Guessing is slowed, strangers lock nobody out, and memory is bounded.
@Suite struct LoginThrottleTests {
    private let throttle = LoginThrottle(key: Array(repeating: 1, count: 32), capacity: 64)

    @Test func guessesFromOnePlaceWaitTwiceAsLongEachTime() {
        var now: Int64 = 1_000_000
        var waits: [Int64] = []
        for _ in 0..<20 {
            if case .refused(let seconds) = throttle.verdict(account: "ana", address: "192.0.2.1", now: now) {
                waits.append(seconds)
                now += seconds * 1_000
                #expect(throttle.verdict(account: "ana", address: "192.0.2.1", now: now) == .go)
            }
            throttle.failed(account: "ana", address: "192.0.2.1", now: now)
        }
        #expect(waits.starts(with: [1, 2, 4, 8, 16]), "\(waits)")
        #expect(waits.allSatisfy { $0 <= LoginThrottle.longestRefusalSeconds } && (waits.last ?? 0) > 200, "\(waits)")
    }

    @Test func aStrangerLocksNobodyOut() {
        for stranger in 0..<200 {
            throttle.failed(account: "ana", address: Text("198.51.100.\(stranger)"), now: 1_000)
        }
        // From where she never logged in she is answered, later.
        guard case .later(let milliseconds) = throttle.verdict(account: "ana", address: "192.0.2.1", now: 1_000) else {
            Issue.record("not slowed at all, or refused")
            return
        }
        #expect((1...LoginThrottle.longestDelayMilliseconds).contains(milliseconds))
        throttle.succeeded(account: "ana", address: "192.0.2.1", now: 1_000)
        #expect(throttle.verdict(account: "ana", address: "192.0.2.1", now: 1_000) == .go)
        #expect(throttle.verdict(account: "bob", address: "192.0.2.1", now: 1_000) == .go)
    }

    @Test func oneAddressTriesOnlySoManyAccounts() {
        for account in 0..<60 { throttle.failed(account: Text("user-\(account)"), address: "192.0.2.1", now: 1_000) }
        guard case .refused = throttle.verdict(account: "somebody else", address: "192.0.2.1", now: 1_000) else {
            Issue.record("sixty failures from one address changed nothing")
            return
        }
        #expect(throttle.verdict(account: "somebody else", address: "192.0.2.2", now: 1_000) == .go)
    }

    @Test func aNetworkOfVersion6CountsAsOneAddress() {
        for host in 1...12 { throttle.failed(account: "ana", address: Text("2001:db8:1:2::\(host)"), now: 1_000) }
        if case .go = throttle.verdict(account: "ana", address: "2001:db8:1:2:ffff::1", now: 1_000) { Issue.record("another host of the same network is let through") }
        #expect(throttle.verdict(account: "ana", address: "2001:db8:1:3::1", now: 1_000) == .go)
    }

    @Test func timeForgives() {
        for _ in 0..<8 { throttle.failed(account: "ana", address: "192.0.2.1", now: 1_000) }
        if case .go = throttle.verdict(account: "ana", address: "192.0.2.1", now: 1_000) { Issue.record("eight failures changed nothing") }
        let later: Int64 = 1_000 + 20 * 60_000
        #expect(throttle.verdict(account: "ana", address: "192.0.2.1", now: later) == .go)
        throttle.failed(account: "ana", address: "192.0.2.1", now: later)
        #expect(throttle.verdict(account: "ana", address: "192.0.2.1", now: later) == .go)
    }

    @Test func memoryIsBounded() {
        for number in 0..<2_000 {
            throttle.failed(account: Text("user-\(number)"), address: Text("10.0.\(number / 256).\(number % 256)"), now: Int64(number))
            throttle.succeeded(account: Text("user-\(number)"), address: "10.1.1.1", now: Int64(number))
        }
        #expect(throttle.size <= 64)
    }
}
