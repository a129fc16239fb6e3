import AssayWorkflows
import Testing

@Suite struct RetryScheduleTests {
    @Test func waitsDoubleUpToTenMinutes() {
        let waits = (1...10).map { RetrySchedule.wait(afterAttempt: $0, spread: 0) }
        #expect(waits == [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000])
        #expect(RetrySchedule.wait(afterAttempt: 1_000, spread: 0) == 600_000)
        #expect(RetrySchedule.wait(afterAttempt: 0, spread: 0) == 2_000)
    }

    @Test func chanceSpreadsThemByUpToAQuarter() {
        for attempt in 1...12 {
            let least = RetrySchedule.wait(afterAttempt: attempt, spread: 0)
            let waits = (0...255).map { RetrySchedule.wait(afterAttempt: attempt, spread: $0) }
            #expect(waits == waits.sorted())
            #expect(Set(waits).count > 200)
            #expect(waits[255] > least + least / 5 && waits[255] <= least + least / 4)
        }
    }

    @Test(arguments: [(5, 5_000), (1, 2_000), (0, 2_000), (-7, 2_000), (600, 600_000), (Int64.max, 600_000)] as [(Int64, Int64)])
    func receiversMayAskForMore(_ seconds: Int64, _ wait: Int64) {
        #expect(RetrySchedule.wait(afterAttempt: 1, spread: 0, retryAfterSeconds: seconds) == wait)
    }
}
