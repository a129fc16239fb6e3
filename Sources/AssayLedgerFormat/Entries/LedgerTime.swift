/// Times of entries: RFC 3339 in UTC with milliseconds, `2026-01-31T08:09:10.123Z`, always 24 bytes.
package enum LedgerTime {
    /// The last millisecond of the year 9999.
    static let latest: Int64 = 253_402_300_799_999

    /// `nil` before 1970 and after 9999.
    package static func text(milliseconds: Int64) -> String? {
        guard (0...latest).contains(milliseconds) else { return nil }
        let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, dayOfMonth) = date(daysSince1970: day)
        let seconds = rest / 1000
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(dayOfMonth, 2) + "T" + pad(seconds / 3600, 2) + ":"
            + pad(seconds / 60 % 60, 2) + ":" + pad(seconds % 60, 2) + "." + pad(rest % 1000, 3) + "Z"
    }

    /// The milliseconds of exactly what `text(milliseconds:)` writes; `nil` for anything else.
    package static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let millisecond = number(20..<23), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        let value = days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond
        // Writing it again settles the separators and days and hours there are not.
        return self.text(milliseconds: value) == text ? value : nil
    }

    /// The milliseconds of an RFC 3339 time with any offset and fraction, or of the first moment in UTC of a date alone;
    /// digits beyond milliseconds are cut off. `nil` for anything else, and before 1970.
    package static func moment(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        if bytes.count == 10 { return milliseconds(text + "T00:00:00.000Z") }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") else { return nil }
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        var place = 19
        var fraction: [UInt8] = []
        if bytes[place] == UInt8(ascii: ".") {
            fraction = Array(bytes[(place + 1)...].prefix(while: isDigit))
            guard !fraction.isEmpty else { return nil }
            place += 1 + fraction.count
        }
        let digits = fraction.prefix(3) + Array(repeating: UInt8(ascii: "0"), count: max(0, 3 - fraction.count))
        let start = bytes[..<10] + [UInt8(ascii: "T")] + bytes[11..<19] + [UInt8(ascii: ".")]
        guard let local = milliseconds(String(decoding: start + digits + [UInt8(ascii: "Z")], as: UTF8.self)) else { return nil }
        let offset = Array(bytes[place...])
        if offset == [UInt8(ascii: "Z")] || offset == [UInt8(ascii: "z")] { return local }
        guard offset.count == 6, offset[0] == UInt8(ascii: "+") || offset[0] == UInt8(ascii: "-"), offset[3] == UInt8(ascii: ":"),
            let hours = Int64(String(decoding: offset[1...2], as: UTF8.self)),
            let minutes = Int64(String(decoding: offset[4...5], as: UTF8.self)), hours < 24, minutes < 60,
            [offset[1], offset[2], offset[4], offset[5]].allSatisfy(isDigit)
        else { return nil }
        let moved = local - (offset[0] == UInt8(ascii: "+") ? 1 : -1) * (hours * 60 + minutes) * 60_000
        return (0...latest).contains(moved) ? moved : nil
    }

    // The proleptic Gregorian calendar in eras of 400 years that begin on 1 March, so that a leap day ends its year
    // (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days).
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
