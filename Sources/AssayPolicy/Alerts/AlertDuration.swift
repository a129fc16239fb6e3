package import AssayTerms

/// Lengths of time as alert rules and commands write them: `30s`, `5m`, `4h`, `1d`.
package enum AlertDuration {
    package static let longestMilliseconds: Int64 = 365 * 86_400_000

    /// `nil` for anything else, and for more than 365 days.
    package static func milliseconds(_ text: Text) -> Int64? {
        let digits = text.string.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...9).contains(digits.count), let count = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        let unit: Int64
        switch String(decoding: text.string.utf8.dropFirst(digits.count), as: UTF8.self) {
        case "s": unit = 1_000
        case "m": unit = 60_000
        case "h": unit = 3_600_000
        case "d": unit = 86_400_000
        default: return nil
        }
        let milliseconds = count * unit
        return milliseconds <= longestMilliseconds ? milliseconds : nil
    }
}
