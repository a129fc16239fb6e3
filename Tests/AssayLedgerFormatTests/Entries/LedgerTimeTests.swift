import Testing

@testable import AssayLedgerFormat

/// Times against Python's calendar, and every day there and back.
@Suite struct LedgerTimeTests {
    // datetime.fromtimestamp(s, UTC).isoformat(timespec="milliseconds") of Python 3.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func knownTimes(milliseconds: Int64, text: String) {
        #expect(LedgerTime.text(milliseconds: milliseconds) == text)
        #expect(LedgerTime.milliseconds(text) == milliseconds)
    }

    @Test func everyDayComesBackAndTextsSortAsTimes() throws {
        var last = ""
        for day in stride(from: Int64(0), to: 2_932_897, by: 7) {
            let milliseconds = day * 86_400_000 + day % 86_400_000
            let text = try #require(LedgerTime.text(milliseconds: milliseconds))
            #expect(LedgerTime.milliseconds(text) == milliseconds)
            #expect(last < text)
            last = text
        }
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T00:00:00Z", "2026-13-01T00:00:00.000Z", "2026-02-29T00:00:00.000Z",
        "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01 00:00:00.000Z",
        "2026-01-01T00:00:00.000z", "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
        "+026-01-01T00:00:00.000Z", "2026-01-01T00:00:00,000Z",
    ])
    func otherTextsAreRefused(text: String) {
        #expect(LedgerTime.milliseconds(text) == nil)
    }

    @Test func timesOutsideAreRefused() {
        #expect(LedgerTime.text(milliseconds: -1) == nil)
        #expect(LedgerTime.text(milliseconds: LedgerTime.latest + 1) == nil)
        #expect(LedgerTime.text(milliseconds: .min) == nil)
    }
}
