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

    /// A connection with a clock in seconds. Changing it is no mutation of the suite, so that `#expect` may do it.
    private final class Line {
        var state = ConnectionState(limits: limits, now: Line.second(0))

        static func second(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

        func headReceived(announcedBytes: Int64?, at second: Int64) {
            state.headReceived(announcedBytes: announcedBytes, now: Self.second(second))
        }
        func bodyReceived(_ count: Int) { state.bodyReceived(count) }
        func bodyEnded(at second: Int64) { state.bodyEnded(now: Self.second(second)) }
        func readsPaused(at second: Int64) { state.readsPaused(now: Self.second(second)) }
        func readsResumed(at second: Int64) { state.readsResumed(now: Self.second(second)) }
        func writabilityChanged(isWritable: Bool, at second: Int64) {
            state.writabilityChanged(isWritable: isWritable, now: Self.second(second))
        }
        func answerBegins() -> Bool { state.answerBegins() }
        func answerEnded(at second: Int64) -> ConnectionState.AfterAnswer { state.answerEnded(now: Self.second(second)) }
        func dropped(_ count: Int) -> Bool { state.dropped(count) }
        func cut(at second: Int64) -> ConnectionState.Cut? { state.cut(now: Self.second(second)) }

        /// The second of the first cut when it is looked for every second up to `end`, after `step` of that second.
        func firstCut(before end: Int64, step: (Int64) -> Void = { _ in }) -> (second: Int64, cut: ConnectionState.Cut)? {
            for second in 1...end {
                step(second)
                if let cut = cut(at: second) { return (second, cut) }
            }
            return nil
        }
    }

    private let line = Line()

    @Test func withoutARequest() throws {
        let found = try #require(line.firstCut(before: 100))
        #expect(found == (8, .idle))
    }

    @Test func betweenRequests() throws {
        line.headReceived(announcedBytes: 0, at: 0)
        line.bodyEnded(at: 0)
        #expect(!line.state.isIdle)
        // However long the server takes to answer.
        #expect(line.firstCut(before: 1_000) == nil)
        #expect(!line.answerBegins())
        #expect(line.answerEnded(at: 1_000) == .goOn)
        #expect(line.state.isIdle)
        #expect(line.cut(at: 1_007) == nil)
        #expect(line.cut(at: 1_008) == .idle)
    }

    @Test func aBodyThatTrickles() throws {
        line.headReceived(announcedBytes: 1_000_000, at: 0)
        let found = try #require(line.firstCut(before: 100) { _ in line.bodyReceived(100) })
        #expect(found == (8, .slowSender))
    }

    @Test func aBodyThatStopsAfterAWhile() throws {
        line.headReceived(announcedBytes: nil, at: 0)
        let found = try #require(line.firstCut(before: 100) { second in if second < 20 { line.bodyReceived(500) } })
        // The stretches end at 8, 16 and 24; in the third there were three pieces.
        #expect(found.cut == .slowSender && found.second == 32)
    }

    @Test func aSlowBodyAboveTheLeastRate() {
        line.headReceived(announcedBytes: 1_000_000, at: 0)
        #expect(line.firstCut(before: 1_000) { _ in line.bodyReceived(125) } == nil)
    }

    @Test func aBodyThatNobodyReads() throws {
        line.headReceived(announcedBytes: 1_000_000, at: 0)
        line.readsPaused(at: 3)
        #expect(line.firstCut(before: 1_000) == nil)
        // Three seconds had passed before, five are left.
        line.readsResumed(at: 1_000)
        #expect(line.cut(at: 1_004) == nil)
        #expect(line.cut(at: 1_005) == .slowSender)
    }

    @Test func aReaderThatDoesNotRead() {
        line.headReceived(announcedBytes: 0, at: 0)
        line.bodyEnded(at: 0)
        line.writabilityChanged(isWritable: false, at: 2)
        line.writabilityChanged(isWritable: false, at: 9)
        #expect(line.cut(at: 9) == nil)
        #expect(line.cut(at: 10) == .slowReader)
        line.writabilityChanged(isWritable: true, at: 10)
        #expect(line.cut(at: 100) == nil)
    }

    @Test(arguments: [(1_000_000, 0, true), (1_000, 899, true), (1_000, 900, false), (100, 0, false), (nil, 5, true)] as [(Int64?, Int, Bool)])
    func anAnswerBeforeTheEndOfTheBody(_ announced: Int64?, _ received: Int, _ closes: Bool) {
        line.headReceived(announcedBytes: announced, at: 0)
        line.bodyReceived(received)
        #expect(line.answerBegins() == closes)
        #expect(line.answerEnded(at: 1) == (closes ? .linger : .goOn))
        #expect(line.state.isLingering == closes)
        // A rest that is read for the connection's sake is still waited for with the same patience.
        let found = line.firstCut(before: 100)
        #expect(found?.cut == (closes ? .unwantedBody : .slowSender) && found?.second == (closes ? 5 : 8))
    }

    @Test func unwantedBytesAreDroppedUpToALimit() {
        line.headReceived(announcedBytes: nil, at: 0)
        #expect(line.answerBegins())
        #expect(line.answerEnded(at: 0) == .linger)
        #expect([4_000, 1_000, 1].map { line.dropped($0) } == [true, true, false])
    }

    @Test func aBodyThatEndsWhileTheLastAnswerGoesOut() {
        line.headReceived(announcedBytes: 1_000_000, at: 0)
        #expect(line.answerBegins())
        line.bodyReceived(1_000_000)
        line.bodyEnded(at: 1)
        #expect(line.answerEnded(at: 1) == .close)
    }

    @Test func theBodyOfALaterRequestIsNoReasonToClose() {
        line.headReceived(announcedBytes: 0, at: 0)
        line.bodyEnded(at: 0)
        line.headReceived(announcedBytes: 1_000_000, at: 0)
        #expect(!line.answerBegins())
        #expect(line.answerEnded(at: 1) == .goOn)
        #expect(!line.state.isIdle && line.state.isBodyOpen)
        #expect(line.answerBegins())
    }
}
