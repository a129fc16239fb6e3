import AssayCanonical
import AssayPolicy
package import AssayTerms

/// One stretch of a version's traffic that is judged together.
package enum MonitorWindow: Hashable, Sendable {
    /// Answered rows by their number, in the order they arrived.
    case rows(Range<Int64>)
    /// Microseconds since 1970; windows of a length begin at its multiples.
    case time(Range<Int64>)
    /// What a client called one batch, or one request of many rows.
    case batch(Text)

    /// As results are kept by it; those of one monitor sort by it.
    package var key: Text {
        switch self {
        case .rows(let range): Text("rows \(Self.padded(range.lowerBound))")
        case .time(let range): Text("time \(Self.padded(range.lowerBound))")
        case .batch(let name): Text("batch \(name)")
        }
    }

    /// The key without what a client called the batch, for what goes out to others.
    var told: String { Self.told(key) }

    static func told(_ key: Text) -> String {
        guard key.string.hasPrefix("batch ") else { return key.string }
        return "batch " + SHA256Hasher.digest(of: Array(key.string.dropFirst("batch ".count).utf8)).hex.prefix(12)
    }

    static func padded(_ number: Int64) -> String {
        let digits = String(max(0, number))
        return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
    }

    /// A request of at least so many rows is a batch of its own.
    package static let batchRows = 30

    /// The number of a window of rows or time among those of its length.
    static func number(ofKey key: Text, length: Int64) -> Int64? {
        key.string.split(separator: " ", maxSplits: 1).last.flatMap { Int64($0) }.map { $0 / length }
    }

    /// What a result's key says of where its window begins.
    static func start(ofKey key: Text) -> Int64? { number(ofKey: key, length: 1) }

    /// - Returns: `nil` for a key that is none of such a monitor's windows.
    init?(key: Text, of window: PolicyMonitor.Window) {
        let words = key.string.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        switch (window, words[0]) {
        case (.batch, "batch"): self = .batch(Text(String(words[1])))
        case (.rows, "rows"), (.hours, "time"), (.days, "time"):
            guard let start = Int64(words[1]), let length = window.length else { return nil }
            self = words[0] == "rows" ? .rows(start..<start + length) : .time(start..<start + length)
        default: return nil
        }
    }

    init?(number: Int64, of window: PolicyMonitor.Window) {
        guard let length = window.length else { return nil }
        let range = number * length..<(number + 1) * length
        if case .rows = window { self = .rows(range) } else { self = .time(range) }
    }

    /// How long it is; `nil` where it has no length.
    var seconds: Double? { if case .time(let range) = self { Double(range.upperBound - range.lowerBound) / 1e6 } else { nil } }
}

extension PolicyMonitor.Window {
    /// Rows, or microseconds; `nil` of batches.
    var length: Int64? {
        switch self {
        case .rows(let count): Int64(count)
        case .hours(let count): Int64(count) * 3_600_000_000
        case .days(let count): Int64(count) * 86_400_000_000
        case .batch: nil
        }
    }
}
