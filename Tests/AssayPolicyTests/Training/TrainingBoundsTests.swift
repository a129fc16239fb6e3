import AssayPolicy
import Testing

/// What holds training back, as a function of what was and the time.
@Suite struct TrainingBoundsTests {
    private typealias Past = TrainingBounds.Past

    private static func run(_ created: Int64, _ standing: Past.Standing, manual: Bool = false) -> Past {
        Past(
            id: "\(created)", createdMilliseconds: created, endedMilliseconds: standing == .underWay ? nil : created + 10, isManual: manual,
            standing: standing)
    }

    @Test func nothingHoldsBackTheFirst() {
        let bounds = TrainingBounds(count: 1, cooldownMilliseconds: 1_000, stopAfter: 1)
        #expect(bounds.refusal(past: [], now: 0) == nil)
    }

    @Test func oneAtATime() {
        #expect(TrainingBounds().refusal(past: [Self.run(5, .passed), Self.run(1, .underWay)], now: 9) == .underWay(id: "1"))
    }

    @Test func soManyWithinAPeriod() {
        let bounds = TrainingBounds(count: 2, periodMilliseconds: 100)
        let past = [Self.run(250, .passed), Self.run(200, .passed), Self.run(10, .passed)]
        #expect(bounds.refusal(past: past, now: 299) == .atMost(count: 2))
        // The one of 200 is a whole period ago.
        #expect(bounds.refusal(past: past, now: 300) == nil)
    }

    @Test func aPauseAfterTheEnd() {
        let bounds = TrainingBounds(cooldownMilliseconds: 100)
        #expect(bounds.refusal(past: [Self.run(0, .fell)], now: 109) == .cooldown(untilMilliseconds: 110))
        #expect(bounds.refusal(past: [Self.run(0, .fell)], now: 110) == nil)
    }

    @Test func soManyInARowThatFell() {
        let bounds = TrainingBounds(stopAfter: 2)
        let fell = [Self.run(3, .fell), Self.run(2, .open), Self.run(1, .fell)]
        #expect(bounds.refusal(past: fell, now: 99) == .stopped(count: 2))
        #expect(bounds.refusal(past: [Self.run(4, .passed)] + fell, now: 99) == nil)
        #expect(bounds.refusal(past: [Self.run(3, .fell), Self.run(2, .passed), Self.run(1, .fell)], now: 99) == nil)
        // A start by hand begins the row anew, and counts itself.
        #expect(bounds.refusal(past: [Self.run(4, .fell, manual: true)] + fell, now: 99) == nil)
        #expect(bounds.refusal(past: [Self.run(5, .fell), Self.run(4, .fell, manual: true)] + fell, now: 99) == .stopped(count: 2))
    }
}
