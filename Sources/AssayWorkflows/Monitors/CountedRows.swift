/// Which rows of a version a monitor has counted, by their numbers among all of its answers: nothing of what they say.
///
/// Kept as runs: of each the distance from the end of the one before and the length, in groups of seven bits, the lowest first (LEB128). A window
/// that is counted
/// whole takes a few bytes; one of which every second row is counted two bytes for each of these.
struct CountedRows: Hashable, Sendable {
    /// Ascending, none empty, with gaps between them.
    private var runs: [Range<Int64>] = []

    init() {}

    /// - Returns: `nil` for bytes that are no such runs.
    init?(bytes: [UInt8]) {
        var numbers: [Int64] = []
        var (value, shift): (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            guard shift < 63 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            guard let number = Int64(exactly: value) else { return nil }
            numbers.append(number)
            (value, shift) = (0, 0)
        }
        guard shift == 0, numbers.count.isMultiple(of: 2) else { return nil }
        var end: Int64 = 0
        for place in stride(from: 0, to: numbers.count, by: 2) {
            let (start, isTooLarge) = end.addingReportingOverflow(numbers[place])
            let (next, isTooLong) = start.addingReportingOverflow(numbers[place + 1])
            guard !isTooLarge, !isTooLong, next > start, place == 0 || start > end else { return nil }
            runs.append(start..<next)
            end = next
        }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func write(_ number: Int64) {
            var rest = UInt64(number)
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        var end: Int64 = 0
        for run in runs {
            write(run.lowerBound - end)
            write(run.upperBound - run.lowerBound)
            end = run.upperBound
        }
        return bytes
    }

    /// - Complexity: logarithmic in the runs.
    func contains(_ number: Int64) -> Bool {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound <= number { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].contains(number)
    }

    /// - Precondition: no number is negative.
    /// - Complexity: O(n log n) in the runs and numbers.
    mutating func formUnion(_ numbers: [Int64]) {
        var joined: [Range<Int64>] = []
        for run in (runs + numbers.map { $0..<$0 + 1 }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, run.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
            } else {
                joined.append(run)
            }
        }
        runs = joined
    }
}
