import AssayJSON
import AssayTerms

/// How values are written on pages.
enum PageText {
    /// `2026-11-21 10:04 UTC`, from milliseconds since 1970 (proleptic Gregorian calendar).
    static func time(_ milliseconds: Int64) -> String {
        let minutes = milliseconds >= 0 ? milliseconds / 60_000 : (milliseconds - 59_999) / 60_000
        var days = minutes / 1_440
        var minute = minutes % 1_440
        if minute < 0 {
            minute += 1_440
            days -= 1
        }
        // Days since 0000-03-01, so that the leap day ends the year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2)) \(padded(minute / 60, 2)):\(padded(minute % 60, 2)) UTC"
    }

    /// A monitor's window: `time 1764201600000000` as the time it begins at, `rows 0000000000000000100` as its first row, others as they are
    /// called.
    static func window(_ window: Text) -> String {
        let words = window.string.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let place = Int64(words[1]) else { return window.string }
        switch words[0] {
        case "time": return "from " + time(place / 1_000)
        case "rows": return "from row \(place)"
        default: return window.string
        }
    }

    /// The shortest decimal form; words for what has none.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "∞" : "−∞" }
        return ECMAScriptNumber.text(value)
    }

    /// Four decimals, for values whose full form stands in the evidence itself.
    static func rounded(_ value: Double?) -> String {
        guard let value else { return "undefined" }
        guard value.isFinite, abs(value) < 1e9 else { return number(value) }
        return number((value * 10_000).rounded() / 10_000)
    }

    static func interval(_ interval: Interval?) -> String {
        guard let interval else { return "none" }
        return "\(rounded(interval.low)) to \(rounded(interval.high))"
    }

    /// The path segment of a name.
    static func segment(_ text: Text) -> String { PercentCoding.encode(text.string) }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
