import AssayServing
import Testing

/// Goal: a service that fails is left alone for longer and longer, and one success is enough to be asked as before.
struct CircuitBreakerTests {
    private static func failed(_ times: Int, at now: Int64 = 0) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<times {
            #expect(breaker.begin(at: now) == nil)
            breaker.note(isFailure: true, at: now)
        }
        return breaker
    }

    @Test func opensAfterFailuresInARow() {
        var breaker = Self.failed(CircuitBreaker.limit - 1)
        #expect(breaker.wait(at: 0) == nil)
        breaker.note(isFailure: false, at: 0)
        for _ in 1..<CircuitBreaker.limit { breaker.note(isFailure: true, at: 0) }
        #expect(breaker.begin(at: 0) == nil)
        breaker.note(isFailure: true, at: 0)
        #expect(breaker.begin(at: 0) == 1 && breaker.begin(at: 999) == 1 && breaker.wait(at: 1) == 1)
    }

    @Test func oneTriesAndTheWaitDoubles() {
        var breaker = Self.failed(CircuitBreaker.limit)
        var now: Int64 = 0
        for seconds: Int64 in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            #expect(breaker.begin(at: now + seconds * 1_000 - 1) == 1, "\(seconds)")
            now += seconds * 1_000
            #expect(breaker.begin(at: now) == nil)
            // While one tries, others wait.
            #expect(breaker.begin(at: now) == 1)
            breaker.note(isFailure: true, at: now)
        }
        now += 60_000
        #expect(breaker.begin(at: now) == nil)
        breaker.note(isFailure: false, at: now)
        #expect(breaker.begin(at: now) == nil && breaker.wait(at: now) == nil && breaker == CircuitBreaker())
    }
}
