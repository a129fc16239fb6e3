/// At most 255 ranges that a feature's values fall into, the last one for missing values where there are any.
///
/// Zero has a bin of its own, and a bin ends halfway between two values; values are put together where a bin would hold fewer
/// than three rows, or where there are more values than bins: then bins hold about equally many rows, and a value of many rows
/// one alone.
///
/// - Source: LightGBM 4.6.0 `BinMapper::FindBin` with `max_bin=255, min_data_in_bin=3`, for features of numbers. LightGBM looks
///   at a sample of 200,000 rows, this at all.
struct FeatureBins: Sendable, Equatable {
    static let limit = 255
    private static let leastRows = 3
    /// Numbers nearer to zero than this are zero.
    private static let zero = 1e-35

    /// A value lies in the first bin whose bound is not below it; the last bound is infinite.
    let upperBounds: [Double]
    let hasMissing: Bool

    var count: Int { upperBounds.count + (hasMissing ? 1 : 0) }
    /// The bin of missing values, where the feature has any.
    var missingBin: Int? { hasMissing ? upperBounds.count : nil }

    /// - Parameter values: finite, or NaN where missing.
    /// - Complexity: O(n).
    init(_ values: [Double]) {
        let sorted = RadixSort.sorted(values.filter { !$0.isNaN })
        hasMissing = sorted.count < values.count
        var (distinct, counts) = ([Double](), [Int]())
        var last: Double?
        for value in sorted {
            let value = abs(value) <= Self.zero ? 0 : value
            if let known = last, value <= known.nextUp {
                distinct[distinct.count - 1] = value
                counts[counts.count - 1] += 1
            } else {
                distinct.append(value)
                counts.append(1)
            }
            last = value
        }
        upperBounds = Self.bounds(distinct, counts, limit: Self.limit - (hasMissing ? 1 : 0))
    }

    /// The bin of a value. A missing value of a feature that had none counts as zero.
    ///
    /// - Complexity: O(log bins).
    func bin(of value: Double) -> UInt8 {
        if value.isNaN, let missingBin { return UInt8(missingBin) }
        let value = value.isNaN ? 0 : value
        var (low, high) = (0, upperBounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if value <= upperBounds[middle] { high = middle } else { low = middle + 1 }
        }
        return UInt8(low)
    }

    private static func bounds(_ distinct: [Double], _ counts: [Int], limit: Int) -> [Double] {
        let negatives = distinct.prefix { $0 < 0 }.count
        let positiveStart = distinct.firstIndex { $0 > 0 } ?? distinct.count
        let rows = (
            negative: counts[..<negatives].reduce(0, +), positive: counts[positiveStart...].reduce(0, +)
        )
        var bounds: [Double] = []
        if negatives > 0, limit > 1 {
            let share = Int(Double(rows.negative) / Double(rows.negative + rows.positive) * Double(limit - 1))
            bounds = greedyBounds(distinct[..<negatives], counts[..<negatives], limit: max(1, share), rows: rows.negative)
            bounds[bounds.count - 1] = -zero
        }
        let left = limit - 1 - bounds.count
        guard positiveStart < distinct.count, left > 0 else { return bounds + [.infinity] }
        return bounds + [zero]
            + greedyBounds(distinct[positiveStart...], counts[positiveStart...], limit: left, rows: rows.positive)
    }

    /// Bounds of values on one side of zero; the last is infinite.
    private static func greedyBounds(
        _ distinct: ArraySlice<Double>, _ counts: ArraySlice<Int>, limit: Int, rows: Int
    ) -> [Double] {
        let (first, last) = (distinct.startIndex, distinct.endIndex - 1)
        func middle(_ left: Double, _ right: Double) -> Double { ((left + right) / 2).nextUp }
        var bounds: [Double] = []
        func add(_ bound: Double) -> Bool {
            if let known = bounds.last, bound <= known.nextUp { return false }
            bounds.append(bound)
            return true
        }
        guard distinct.count > limit else {
            var inBin = 0
            for index in first..<last {
                inBin += counts[index]
                if inBin >= leastRows, add(middle(distinct[index], distinct[index + 1])) { inBin = 0 }
            }
            return bounds + [.infinity]
        }
        let limit = max(1, min(limit, rows / leastRows))
        let average = Double(rows) / Double(limit)
        func isBig(_ index: Int) -> Bool { Double(counts[index]) >= average }
        var (openBins, openRows) = (limit, rows)
        for index in first...last where isBig(index) {
            openBins -= 1
            openRows -= counts[index]
        }
        var size = Double(openRows) / Double(openBins)
        var ends: [(upper: Double, next: Double)] = []
        var inBin = 0
        for index in first..<last {
            if !isBig(index) { openRows -= counts[index] }
            inBin += counts[index]
            let isFull = isBig(index) || Double(inBin) >= size
            guard isFull || isBig(index + 1) && Double(inBin) >= max(1, size * 0.5) else { continue }
            ends.append((distinct[index], distinct[index + 1]))
            if ends.count >= limit - 1 { break }
            inBin = 0
            if !isBig(index) {
                openBins -= 1
                size = Double(openRows) / Double(openBins)
            }
        }
        for end in ends { _ = add(middle(end.upper, end.next)) }
        return bounds + [.infinity]
    }
}
