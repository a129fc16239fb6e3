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

    private static func padded(_ number: Int64) -> String {
        let digits = String(max(0, number))
        return String(repeating: "0", count: max(0, 19 - digits.count)) + digits
    }

    /// A request of at least so many rows is a batch of its own.
    package static let batchRows = 30

    /// The windows of a length that were full when `answered` rows were there, newest last, after the one that begins at `judged`.
    static func full(ofRows count: Int, answered: Int64, after judged: Int64?, limit: Int) -> [MonitorWindow] {
        let count = Int64(count)
        let last = answered / count
        let first = max(judged.map { $0 / count + 1 } ?? 0, last - Int64(limit))
        guard first < last else { return [] }
        return (first..<last).map { .rows($0 * count..<($0 + 1) * count) }
    }

    /// The windows of `hours` that were over at `now`, from that of `first` on or after the one that begins at `judged`.
    static func over(hours: Int, first: Int64, now: Int64, after judged: Int64?, limit: Int) -> [MonitorWindow] {
        let length = Int64(hours) * 3_600_000_000
        let last = now / length
        let begin = max(judged.map { $0 / length + 1 } ?? first / length, last - Int64(limit))
        guard begin < last else { return [] }
        return (begin..<last).map { .time($0 * length..<($0 + 1) * length) }
    }

    /// What a result's key says of where its window begins.
    static func start(ofKey key: Text) -> Int64? {
        key.string.split(separator: " ", maxSplits: 1).last.flatMap { Int64($0) }
    }
}
