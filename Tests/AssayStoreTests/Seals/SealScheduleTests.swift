import AssayStore
import Testing

/// The rule by which marks are set: a run is due after its quiet time and never before, and marks move rarely.
@Suite struct SealScheduleTests {
    private static let now: Int64 = 1_800_000_000_000

    /// Changes at the given times; the time at which the run becomes due, and how often its mark was written.
    private func run(isEnded: Bool, changes: [Int64]) -> (due: Int64, writes: Int) {
        var mark: Int64?
        var writes = 0
        for change in changes {
            guard let moved = SealSchedule.mark(mark, isEnded: isEnded, now: Self.now + change) else { continue }
            mark = moved
            writes += 1
        }
        return ((mark ?? Self.now) - Self.now, writes)
    }

    @Test(arguments: [
        (true, SealSchedule.quietMilliseconds, SealSchedule.quietSlackMilliseconds),
        (false, SealSchedule.idleMilliseconds, SealSchedule.idleSlackMilliseconds),
    ])
    func aRunIsDueAfterItsQuietTime(_ isEnded: Bool, _ wait: Int64, _ slack: Int64) {
        for last in [0, 1, slack - 1, slack, slack + 1, 3 * slack, 10 * slack + 7] {
            let (due, writes) = run(isEnded: isEnded, changes: Array(stride(from: 0, through: last, by: Int(slack) / 50)) + [last])
            #expect(due >= last + wait && due <= last + wait + slack)
            #expect(writes <= Int(last / slack) + 1)
        }
    }

    @Test func whatIsDueStaysDue() {
        for isEnded in [true, false] {
            #expect(SealSchedule.mark(Self.now, isEnded: isEnded, now: Self.now) == nil)
            #expect(SealSchedule.mark(0, isEnded: isEnded, now: Self.now) == nil)
        }
        #expect(SealSchedule.markOfEnd(0, now: Self.now) == nil)
    }

    @Test func anEndIsDueAtOnce() {
        #expect(SealSchedule.markOfEnd(nil, now: Self.now) == Self.now)
        #expect(SealSchedule.markOfEnd(Self.now + SealSchedule.idleMilliseconds, now: Self.now) == Self.now)
    }

    /// A run set to running again waits for its new end, a mark from a clock that was wrong does not last.
    @Test func aMarkFollowsTheRunsState() {
        let quiet = Self.now + SealSchedule.quietMilliseconds
        let reopened = SealSchedule.mark(quiet, isEnded: false, now: Self.now)
        #expect(reopened == Self.now + SealSchedule.idleMilliseconds + SealSchedule.idleSlackMilliseconds)
        let wrong = SealSchedule.mark(Self.now + 10 * SealSchedule.idleMilliseconds, isEnded: true, now: Self.now)
        #expect(wrong == Self.now + SealSchedule.quietMilliseconds + SealSchedule.quietSlackMilliseconds)
    }

    /// The sample counts about right, also for runs that log in lock step.
    @Test(arguments: [1, 2, 3, 8, 100, 1_020, 1_024])
    func rowsAreSampledEvenly(_ runs: Int64) {
        let rows: Int64 = 10_000
        var counted = [Int64](repeating: 0, count: Int(runs))
        for place in 1...(rows * runs) { counted[Int(place % runs)] += SealSchedule.rows(sampledAt: place..<place + 1) }
        for count in counted { #expect(abs(count - rows) <= SealSchedule.rowSample) }
    }

    /// Rows that are added together count as they would one by one.
    @Test func rowsOfOneStatementCountTogether() {
        var place: Int64 = 1
        for length: Int64 in [0, 1, 8, 64, 1_019, 1_020, 1_021, 1_022, 5_000, 0, 3] {
            let single = (place..<place + length).reduce(Int64(0)) { $0 + SealSchedule.rows(sampledAt: $1..<$1 + 1) }
            #expect(SealSchedule.rows(sampledAt: place..<place + length) == single)
            place += length
        }
    }
}
