import AssayServer
import AssayTerms
import Synchronization
import Testing

/// How much each may ask, by a clock that the test moves.
@Suite struct RequestBudgetsTests {
    private final class Clock: Sendable {
        private let time = Mutex<Int64>(1_000_000)

        var now: Int64 { time.withLock { $0 } }

        func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    }

    private let clock = Clock()

    private func budgets(perSecond: Int64 = 10, burst: Int64 = 3, capacity: Int = 16) -> RequestBudgets {
        RequestBudgets(rate: RequestRate(perSecond: perSecond, burst: burst), capacity: capacity, now: { [clock] in clock.now })
    }

    private func caller(_ id: String, from address: Text = "192.0.2.1", isService: Bool = false) -> Caller {
        Caller(Principal(userID: id, name: "n", roles: [], isService: isService), address: address)
    }

    @Test func aBurstIsAnsweredAndThenOneAtATime() {
        let budgets = budgets()
        for _ in 0..<3 { #expect(budgets.spend(on: caller("a")) == nil) }
        #expect(budgets.spend(on: caller("a")) == 1)
        clock.advance(99)
        #expect(budgets.spend(on: caller("a")) == 1, "a tenth of a second brings one back, not less")
        clock.advance(1)
        #expect(budgets.spend(on: caller("a")) == nil)
        #expect(budgets.spend(on: caller("a")) == 1)
        // A refusal costs nothing, and no more comes back than fits.
        clock.advance(3_600_000)
        for _ in 0..<3 { #expect(budgets.spend(on: caller("a")) == nil) }
        #expect(budgets.spend(on: caller("a")) == 1)
    }

    @Test func whatIsSlowerThanASecondSaysSo() {
        let budgets = budgets(perSecond: 1, burst: 1)
        #expect(budgets.spend(on: caller("a")) == nil)
        #expect(budgets.spend(on: caller("a")) == 1)
        clock.advance(999)
        #expect(budgets.spend(on: caller("a")) == 1)
        clock.advance(1)
        #expect(budgets.spend(on: caller("a")) == nil)
    }

    @Test func oneDoesNotPayForAnother() {
        let budgets = budgets(burst: 1)
        #expect(budgets.spend(on: caller("a")) == nil && budgets.spend(on: caller("a")) != nil)
        // The same address, another account; a program's; nobody's.
        #expect(budgets.spend(on: caller("b")) == nil)
        #expect(budgets.spend(on: caller("c", isService: true)) == nil)
        #expect(budgets.spend(on: Caller(.anonymous, address: "192.0.2.1")) == nil)
        #expect(budgets.spend(on: Caller(.nobody, address: "192.0.2.1")) != nil)
        #expect(budgets.spend(onAddress: "192.0.2.1") != nil)
        // An account pays wherever it is.
        #expect(budgets.spend(on: caller("a", from: "198.51.100.7")) != nil)
        // An address that is called as an account is no account.
        #expect(budgets.spend(on: Caller(.nobody, address: "account b")) == nil)
    }

    @Test func addressesOfOneNetworkAreOne() {
        let budgets = budgets(burst: 1)
        #expect(budgets.spend(onAddress: "2001:db8::1") == nil)
        #expect(budgets.spend(onAddress: "2001:db8::ffff:1") != nil)
        #expect(budgets.spend(onAddress: "2001:db8:0:1::1") == nil)
        #expect(budgets.spend(onAddress: "203.0.113.5") == nil)
        #expect(budgets.spend(onAddress: "::ffff:203.0.113.5") == nil)
        #expect(budgets.spend(onAddress: "203.0.113.6") == nil)
    }

    @Test func memoryIsBoundedAndTheBusyAreRemembered() {
        let budgets = budgets(perSecond: 1, burst: 5, capacity: 16)
        for _ in 0..<5 { #expect(budgets.spend(on: caller("busy")) == nil) }
        for number in 0..<1_000 {
            clock.advance(1)
            _ = budgets.spend(onAddress: Text("10.0.\(number / 250).\(number % 250)"))
            #expect(budgets.size <= 16)
            if number < 14 { #expect(budgets.spend(on: caller("busy")) != nil, "\(number)") }
        }
        // Those that are full again go first.
        clock.advance(3_600_000)
        _ = budgets.spend(on: caller("busy"))
        for number in 0..<15 { _ = budgets.spend(onAddress: Text("192.0.2.\(number)")) }
        #expect(budgets.size <= 16)
    }

    @Test func aClockThatGoesBackTakesNothingAway() {
        let budgets = budgets(burst: 2)
        #expect(budgets.spend(on: caller("a")) == nil)
        clock.advance(-3_600_000)
        #expect(budgets.spend(on: caller("a")) == nil)
        #expect(budgets.spend(on: caller("a")) != nil)
        clock.advance(100)
        #expect(budgets.spend(on: caller("a")) == nil)
    }
}
