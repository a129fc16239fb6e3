import AssayColumns
import AssayTerms
import Testing

/// Known instants, and text → number → text over days around every calendar irregularity.
@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01", Int64(0), "1970-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.999999", -1, "1969-12-31T23:59:59.999999Z"),
        ("2000-02-29 12:30", 951_827_400_000_000, "2000-02-29T12:30:00Z"),
        ("2026-01-31T09:30:00Z", 1_769_851_800_000_000, "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+02:00", 1_769_844_600_000_000, "2026-01-31T07:30:00Z"),
        ("2026-01-31T09:30:00-0530", 1_769_871_600_000_000, "2026-01-31T15:00:00Z"),
        ("2026-01-31T09:30:00.123456789Z", 1_769_851_800_123_456, "2026-01-31T09:30:00.123456Z"),
        ("0000-03-01", -62_162_035_200_000_000, "0000-03-01T00:00:00Z"),
    ])
    func knownInstants(text: String, microseconds: Int64, written: String) {
        #expect(Timestamp.microseconds(from: Text(text)) == microseconds)
        #expect(Timestamp.text(microseconds: microseconds) == written)
    }

    @Test(arguments: [
        "", "2026", "2026-1-01", "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-01T",
        "2026-01-01T24:00", "2026-01-01T10:60", "2026-01-01T10:00:60", "2026-01-01T10:00:00.", "2026-01-01T10:00Zx",
        "2026-01-01T10:00:00.1234567890", "2026-01-01T10:00+25:00", "01/02/2026", "2026-01-01 ",
    ])
    func refused(text: String) {
        #expect(Timestamp.microseconds(from: Text(text)) == nil)
    }

    @Test func everyDayOfFourHundredYearsReadsBack() {
        for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
            let instant = day * 86_400_000_000 + 1
            #expect(Timestamp.microseconds(from: Text(Timestamp.text(microseconds: instant))) == instant)
        }
    }

    @Test func extremesAreWrittenWithoutTrapping() {
        #expect(Timestamp.text(microseconds: .max) == "+294247-01-10T04:00:54.775807Z")
        #expect(Timestamp.text(microseconds: .min) == "-290308-12-21T19:59:05.224192Z")
    }
}
