/// A day of the Gregorian calendar, as laws name them: no time and no zone.
package struct CalendarDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    package private(set) var year: Int
    package private(set) var month: Int
    package private(set) var day: Int

    /// `2027-12-02`, and nothing else; `nil` for a day that no calendar has.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), year >= 1, (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day in UTC of a moment.
    ///
    /// - Parameter milliseconds: since 1970; before the year 1 and after 9999 the nearest day that has four digits.
    package init(milliseconds: Int64) {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let day = rest < 0 ? whole - 1 : whole
        // Days from 0000-03-01 in eras of 400 years: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = min(max(day, -719_162), 2_932_896) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        self.month = Int(month)
        year = Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The same day so many months later, or the last of its month where there is none: 31 January and a month is 28 or 29 February.
    ///
    /// - Precondition: the year after it has four digits.
    package func adding(months: Int) -> CalendarDate {
        let count = year * 12 + month - 1 + months
        var later = self
        later.year = count / 12
        later.month = count % 12 + 1
        later.day = min(day, Self.days(in: later.month, of: later.year))
        return later
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    package var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
