package import AssayTerms

/// Timestamps as text: microseconds since 1970-01-01T00:00:00Z in the proleptic Gregorian calendar, without leap
/// seconds, and ISO 8601 on the outside.
package enum Timestamp {
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// `2026-01-31T09:30:00Z`, with a fraction of six digits only where it is not zero. Years outside 0000–9999
    /// are written with a sign and as many digits as they have.
    package static func text(microseconds: Int64) -> String {
        let (day, time) = microseconds.quotientAndRemainderFloored(by: microsecondsPerDay)
        let date = civilDate(daysSince1970: day)
        let seconds = time / 1_000_000
        let fraction = time % 1_000_000
        var year = padded(date.year.magnitude, 4)
        if date.year < 0 { year = "-" + year } else if date.year > 9999 { year = "+" + year }
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0.magnitude, 2) }
            .joined(separator: ":")
        return "\(year)-\(padded(date.month.magnitude, 2))-\(padded(date.day.magnitude, 2))T\(clock)"
            + (fraction == 0 ? "Z" : "." + padded(fraction.magnitude, 6) + "Z")
    }

    /// Reads `YYYY-MM-DD`, optionally followed by `T` or a space and `HH:MM[:SS[.fraction]]` (up to nine digits,
    /// those beyond microseconds cut off), optionally followed by `Z` or `±HH[:]MM`. Without an offset it is UTC.
    ///
    /// - Returns: `nil` for anything else, a day that the month does not have included.
    package static func microseconds(from text: Text) -> Int64? {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
            reader.take("-"), let day = reader.number(digits: 2),
            (1...12).contains(month), day >= 1, day <= dayCount(year: year, month: month)
        else { return nil }
        var total = daysSince1970(year: year, month: month, day: day) * microsecondsPerDay
        if reader.rest.isEmpty { return total }

        guard reader.take("T") || reader.take(" "), let hour = reader.number(digits: 2), hour < 24, reader.take(":"),
            let minute = reader.number(digits: 2), minute < 60
        else { return nil }
        total += (hour * 3600 + minute * 60) * 1_000_000
        if reader.take(":") {
            guard let second = reader.number(digits: 2), second < 60 else { return nil }
            total += second * 1_000_000
            if reader.take(".") {
                guard let fraction = reader.fraction() else { return nil }
                total += fraction
            }
        }
        if reader.rest.isEmpty || reader.take("Z") { return reader.rest.isEmpty ? total : nil }
        let sign: Int64 = reader.take("-") ? 1 : reader.take("+") ? -1 : 0
        guard sign != 0, let hours = reader.number(digits: 2), hours < 24 else { return nil }
        _ = reader.take(":")
        guard let minutes = reader.number(digits: 2), minutes < 60, reader.rest.isEmpty else { return nil }
        return total + sign * (hours * 3600 + minutes * 60) * 1_000_000
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(digits: Int) -> Int64? {
            guard rest.count >= digits else { return nil }
            var value: Int64 = 0
            for _ in 0..<digits {
                guard let digit = rest.popFirst(), digit >= 48, digit <= 57 else { return nil }
                value = value * 10 + Int64(digit - 48)
            }
            return value
        }

        /// One to nine digits after the point, as microseconds.
        mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var count = 0
            while let digit = rest.first, digit >= 48, digit <= 57 {
                if count < 6 { value = value * 10 + Int64(digit - 48) }
                count += 1
                rest.removeFirst()
            }
            guard (1...9).contains(count) else { return nil }
            for _ in min(count, 6)..<6 { value *= 10 }
            return value
        }
    }

    private static func dayCount(year: Int64, month: Int64) -> Int64 {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`: years begin in March, so
    /// that the leap day is the last of its year.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndRemainderFloored(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The same source's `civil_from_days`.
    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFloored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// Division rounding down, so that the remainder is never negative; `divisor` is positive.
    fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
