/// The distribution of numbers in bounded memory: exact while there are few distinct ones, beyond that within a bound that
/// the state itself keeps count of. Merging any division of the rows keeps to the bound.
///
/// Definition. Up to 1,024 distinct values are counted. Then values go into buffers of 2,048, buffer `h` holding values
/// that stand for `2^h` rows each; a full buffer is sorted and every other value moves up to the next, the first or the
/// second of each pair by turns. Each such step moves the rank of any number by at most `2^h`, and the sum of those is
/// `rankBound`: about `log₂(n / 2048) / 2048` of the rows, 0.45 % for a million.
///
/// - Complexity: O(log 2048) a value amortised; memory O(2048 log(n / 2048)).
/// - Source: Manku, G. S., Rajagopalan, S. and Lindsay, B. G. (1998). Approximate medians and other quantiles in one pass
///   and with limited memory. SIGMOD '98, 426–435.
package struct QuantileSketch: Sendable {
    static let capacity = 2_048
    static let exactLimit = 1_024

    /// `nil` once there were too many distinct values.
    private var exact: [Double: Int]? = [:]
    private var levels: [[Double]] = []
    /// Whether the next step at a level takes the second of each pair.
    private var takesSecond: [Bool] = []
    package private(set) var total = 0
    /// By how many rows any rank may be off.
    package private(set) var rankBound = 0

    package init() {}

    /// From what a profile holds: counted values, or buffers.
    package init(exact values: [Double], counts: [Int]) {
        var counted: [Double: Int] = [:]
        for (value, count) in zip(values, counts) { counted[value, default: 0] += count }
        exact = counted
        total = counts.reduce(0, +)
    }

    package init(levels: [[Double]], rankBound: Int) {
        exact = nil
        self.levels = levels
        takesSecond = [Bool](repeating: false, count: levels.count)
        self.rankBound = rankBound
        for (level, values) in levels.enumerated() { total += values.count << level }
    }

    /// - Precondition: `value` is finite.
    package mutating func add(_ value: Double) { add(value + 0, count: 1) }

    package mutating func merge(_ other: QuantileSketch) {
        if let counted = other.exact {
            for value in counted.keys.sorted() { add(value, count: counted[value] ?? 0) }
            return
        }
        leaveExact()
        total += other.total
        rankBound += other.rankBound
        for (level, values) in other.levels.enumerated() {
            grow(to: level)
            levels[level] += values
        }
        compactAll()
    }

    /// The values with the rows they stand for, ascending.
    package var counted: CountedValues {
        if let exact {
            let values = exact.keys.sorted()
            return CountedValues(values: values, counts: values.map { exact[$0] ?? 0 })
        }
        var pairs: [(value: Double, count: Int)] = []
        for (level, values) in levels.enumerated() { pairs += values.map { ($0, 1 << level) } }
        pairs.sort { $0.value < $1.value }
        var values: [Double] = []
        var counts: [Int] = []
        for (value, count) in pairs {
            if values.last == value {
                counts[counts.count - 1] += count
            } else {
                values.append(value)
                counts.append(count)
            }
        }
        return CountedValues(values: values, counts: counts)
    }

    /// The buffers as a profile holds them; `nil` while counting is exact.
    package var buffers: [[Double]]? { exact == nil ? levels : nil }

    private mutating func add(_ value: Double, count: Int) {
        total += count
        if exact != nil {
            exact?[value, default: 0] += count
            if (exact?.count ?? 0) > Self.exactLimit { leaveExact() }
            return
        }
        insert(value, count: count)
        compactAll()
    }

    private mutating func leaveExact() {
        guard let counted = exact else { return }
        exact = nil
        for value in counted.keys.sorted() { insert(value, count: counted[value] ?? 0) }
        compactAll()
    }

    /// A count is a sum of powers of two, and each has its buffer.
    private mutating func insert(_ value: Double, count: Int) {
        var level = 0
        var rest = count
        while rest > 0 {
            if rest & 1 == 1 {
                grow(to: level)
                levels[level].append(value)
            }
            rest >>= 1
            level += 1
        }
    }

    private mutating func grow(to level: Int) {
        while levels.count <= level {
            levels.append([])
            takesSecond.append(false)
        }
    }

    private mutating func compactAll() {
        var level = 0
        while level < levels.count {
            if levels[level].count >= Self.capacity { compact(level) }
            level += 1
        }
    }

    private mutating func compact(_ level: Int) {
        var values = RadixSort.sorted(levels[level])
        // An odd one stays behind.
        let left = values.count % 2 == 1 ? [values.removeLast()] : []
        grow(to: level + 1)
        for index in stride(from: takesSecond[level] ? 1 : 0, to: values.count, by: 2) {
            levels[level + 1].append(values[index])
        }
        levels[level] = left
        takesSecond[level].toggle()
        rankBound += 1 << level
    }
}
