import AssayServer
import NIOCore
import Testing

/// Every way to keep a connection waiting, second by second, with patience of 8 seconds: who is cut when, and who never.
@Suite struct ConnectionStateTests {
    private static let limits: ConnectionLimits = {
        var limits = ConnectionLimits()
        limits.patience = .seconds(8)
        limits.minimumBodyBytes = 1_000
        limits.drainedBytes = 100
        limits.unwantedBytes = 5_000
        limits.lingering = .seconds(4)
        return limits
    }()

    private static func second(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private var state = ConnectionState(limits: limits, now: second(0))

    /// The second of the first cut when `state` is looked at every second up to `end`, after `step` of that second.
    private mutating func firstCut(
        before end: Int64, step: (inout ConnectionState, Int64) -> Void = { _, _ in }
    ) -> (second: Int64, cut: ConnectionState.Cut)? {
        for second in 1...end {
            step(&state, second)
            if let cut = state.cut(now: Self.second(second)) { return (second, cut) }
        }
        return nil
    }

    @Test mutating func withoutARequest() throws {
        let found = try #require(firstCut(before: 100))
        #expect(found == (8, .idle))
    }

    @Test mutating func betweenRequests() throws {
        state.headReceived(announcedBytes: 0, now: Self.second(0))
        state.bodyEnded(now: Self.second(0))
        #expect(!state.isIdle)
        // However long the server takes to answer.
        #expect(firstCut(before: 1_000) == nil)
        #expect(!state.answerBegins())
        #expect(state.answerEnded(now: Self.second(1_000)) == .goOn)
        #expect(state.isIdle)
        #expect(state.cut(now: Self.second(1_007)) == nil)
        #expect(state.cut(now: Self.second(1_008)) == .idle)
    }

    @Test mutating func aBodyThatTrickles() throws {
        state.headReceived(announcedBytes: 1_000_000, now: Self.second(0))
        let found = try #require(firstCut(before: 100) { state, _ in state.bodyReceived(100) })
        #expect(found == (8, .slowSender))
    }

    @Test mutating func aBodyThatStopsAfterAWhile() throws {
        state.headReceived(announcedBytes: nil, now: Self.second(0))
        let found = try #require(firstCut(before: 100) { state, second in if second < 20 { state.bodyReceived(500) } })
        // The stretches end at 8, 16 and 24; in the third there were three pieces.
        #expect(found.cut == .slowSender && found.second == 32)
    }

    @Test mutating func aSlowBodyAboveTheLeastRate() {
        state.headReceived(announcedBytes: 1_000_000, now: Self.second(0))
        #expect(firstCut(before: 1_000) { state, _ in state.bodyReceived(125) } == nil)
    }

    @Test mutating func aBodyThatNobodyReads() throws {
        state.headReceived(announcedBytes: 1_000_000, now: Self.second(0))
        state.readsPaused(now: Self.second(3))
        #expect(firstCut(before: 1_000) == nil)
        // Three seconds had passed before, five are left.
        state.readsResumed(now: Self.second(1_000))
        #expect(state.cut(now: Self.second(1_004)) == nil)
        #expect(state.cut(now: Self.second(1_005)) == .slowSender)
    }

    @Test mutating func aReaderThatDoesNotRead() {
        state.headReceived(announcedBytes: 0, now: Self.second(0))
        state.bodyEnded(now: Self.second(0))
        state.writabilityChanged(isWritable: false, now: Self.second(2))
        state.writabilityChanged(isWritable: false, now: Self.second(9))
        #expect(state.cut(now: Self.second(9)) == nil)
        #expect(state.cut(now: Self.second(10)) == .slowReader)
        state.writabilityChanged(isWritable: true, now: Self.second(10))
        #expect(state.cut(now: Self.second(100)) == nil)
    }

    @Test(arguments: [(1_000_000, 0, true), (1_000, 899, true), (1_000, 900, false), (100, 0, false), (nil, 5, true)] as [(Int64?, Int, Bool)])
    mutating func anAnswerBeforeTheEndOfTheBody(_ announced: Int64?, _ received: Int, _ closes: Bool) {
        state.headReceived(announcedBytes: announced, now: Self.second(0))
        state.bodyReceived(received)
        #expect(state.answerBegins() == closes)
        #expect(state.answerEnded(now: Self.second(1)) == (closes ? .linger : .goOn))
        #expect(state.isLingering == closes)
        // A rest that is read for the connection's sake is still waited for with the same patience.
        let found = firstCut(before: 100)
        #expect(found?.cut == (closes ? .unwantedBody : .slowSender) && found?.second == (closes ? 5 : 8))
    }

    @Test mutating func unwantedBytesAreDroppedUpToALimit() {
        state.headReceived(announcedBytes: nil, now: Self.second(0))
        #expect(state.answerBegins())
        #expect(state.answerEnded(now: Self.second(0)) == .linger)
        #expect(state.dropped(4_000) && state.dropped(1_000) && !state.dropped(1))
    }

    @Test mutating func aBodyThatEndsWhileTheLastAnswerGoesOut() {
        state.headReceived(announcedBytes: 1_000_000, now: Self.second(0))
        #expect(state.answerBegins())
        state.bodyReceived(1_000_000)
        state.bodyEnded(now: Self.second(1))
        #expect(state.answerEnded(now: Self.second(1)) == .close)
    }

    @Test mutating func theBodyOfALaterRequestIsNoReasonToClose() {
        state.headReceived(announcedBytes: 0, now: Self.second(0))
        state.bodyEnded(now: Self.second(0))
        state.headReceived(announcedBytes: 1_000_000, now: Self.second(0))
        #expect(!state.answerBegins())
        #expect(state.answerEnded(now: Self.second(1)) == .goOn)
        #expect(!state.isIdle && state.isBodyOpen)
        #expect(state.answerBegins())
    }
}
