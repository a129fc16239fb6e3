import AssayLedgerFormat

/// Months of the calendar, in UTC.
enum CalendarMonths {
    /// The same day and time so many months after `start`, or the last day of that month where it has no such day; `nil` outside
    /// of the years that entries know. All times in milliseconds since 1970.
    static func adding(_ count: Int64, to start: Int64) -> Int64? {
        guard let text = LedgerTime.text(milliseconds: start) else { return nil }
        let digits = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) } }
        let months = number(0..<4) * 12 + number(5..<7) - 1 + count
        let year = String(months / 12)
        let month = String(months % 12 + 1)
        let head = String(repeating: "0", count: max(0, 4 - year.utf8.count)) + year + "-" + (month.utf8.count < 2 ? "0" : "") + month + "-"
        let day = number(8..<10)
        for day in [day, 30, 29, 28].filter({ $0 <= day }) {
            let written = head + (day < 10 ? "0" : "") + "\(day)" + String(text.dropFirst(10))
            if let moment = LedgerTime.milliseconds(written) { return moment }
        }
        return nil
    }
}
