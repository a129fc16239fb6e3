package import AssayTerms

/// A day as laws name them, `2027-12-02`, without a place or an hour.
package struct CalendarDay: Hashable, Sendable, Comparable {
    package let text: Text

    /// `nil` for anything but four, two and two digits with a month from 1 to 12 and a day the month has.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        func number(_ places: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[places] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let year = number(0..<4),
            let month = number(5..<7), let day = number(8..<10), (1...12).contains(month), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= days[month - 1] else { return nil }
        self.text = text
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.text < right.text }
}
