import AssayTerms
import Testing

@Suite struct CalendarDateTests {
    @Test(arguments: [
        ("2026-11-26", 12, "2027-11-26"), ("2026-11-26", 2, "2027-01-26"), ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"), ("2026-12-31", 24, "2028-12-31"), ("2026-10-31", 1, "2026-11-30"),
    ])
    func monthsLater(_ day: String, _ months: Int, _ later: String) throws {
        #expect(try #require(CalendarDate(Text(day))).adding(months: months).description == later)
    }

    @Test(arguments: ["2027-12-02", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])
    func readsADay(_ text: String) {
        #expect(CalendarDate(Text(text))?.description == text)
    }

    @Test(arguments: [
        "", "2027-12-2", "2027-12-02 ", "2027/12/02", "2027-13-01", "2027-00-01", "2027-04-31", "2027-01-00", "2026-02-29", "1900-02-29",
        "0000-01-01", "2027-12-02T00:00:00Z", "२०२७-12-02", "+027-12-02",
    ])
    func refusesWhatIsNoDay(_ text: String) {
        #expect(CalendarDate(Text(text)) == nil)
    }

    @Test(arguments: [
        (0, "1970-01-01"), (86_399_999, "1970-01-01"), (86_400_000, "1970-01-02"), (-1, "1969-12-31"), (-86_400_000, "1969-12-31"),
        (-86_400_001, "1969-12-30"), (951_782_400_000, "2000-02-29"), (951_868_800_000, "2000-03-01"), (1_827_619_200_000, "2027-12-01"),
        (Int64.max, "9999-12-31"), (Int64.min, "0001-01-01"),
    ] as [(Int64, String)])
    func isTheDayOfAMoment(_ milliseconds: Int64, _ day: String) {
        #expect(CalendarDate(milliseconds: milliseconds).description == day)
    }

    /// Each day follows the one before it, over four centuries.
    @Test func countsWithoutGaps() {
        var last = CalendarDate(milliseconds: -86_400_000)
        for day in 0..<Int64(146_097) {
            let next = CalendarDate(milliseconds: day * 86_400_000)
            let isNext =
                next.year == last.year && next.month == last.month && next.day == last.day + 1
                || next.year == last.year && next.month == last.month + 1 && next.day == 1
                || next.year == last.year + 1 && next.month == 1 && next.day == 1 && last.month == 12 && last.day == 31
            #expect(isNext && CalendarDate(Text(next.description)) == next, "\(last) is followed by \(next)")
            last = next
        }
        #expect(last.description == "2369-12-31")
    }
}
