import AssayTerms
import Foundation

/// A moment as it is written on the command line.
enum AccessTime {
    /// - Throws: `invalidArgument` for anything but a date, a date with time in UTC, and milliseconds since 1970.
    static func milliseconds(_ text: String?) throws(AssayError) -> Int64? {
        guard let text else { return nil }
        if let number = Int64(text), number >= 0 { return number }
        let full = text.contains("T") ? text : text + "T00:00:00Z"
        guard let date = try? Date(full, strategy: .iso8601) else {
            throw AssayError(
                .invalidArgument, "'\(text.prefix(40))' is no time. Write 2026-11-26, 2026-11-26T10:30:00Z, or milliseconds since 1970.")
        }
        return Int64(date.timeIntervalSince1970 * 1_000)
    }

    static func text(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
    }
}
