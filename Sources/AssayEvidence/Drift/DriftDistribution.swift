import AssayMetrics
package import AssayTerms

/// How one column is distributed in both data sets, for the eye: what reports draw. No part of any result, and nothing is
/// decided by it.
package struct DriftDistribution: Sendable {
    package enum Bins: Hashable, Sendable {
        /// Equally wide; one more edge than bins.
        case numbers(edges: [Double])
        case values([Text])
    }

    /// Bins of a histogram, fewer where whole numbers have no more.
    static let binCount = 24
    /// Values shown by name; the others are put together.
    static let shownValues = 5
    /// A range this many times the width that holds all but a hundredth of each sample is cut down to that width.
    static let stretch = 3.0

    package let bins: Bins
    package let reference: [Int]
    package let current: [Int]
    /// Rows of each sample beyond the bins.
    package let beyond: (reference: Int, current: Int)

    /// `nil` where a sample is empty, the column was not counted, or its range is no number.
    init?(_ pair: DriftPair) {
        guard pair.reference.presentCount > 0, pair.current.presentCount > 0, let cells = pair.cells else { return nil }
        if let sample = pair.sample, sample.values.count > Self.shownValues {
            guard (sample.values[sample.values.count - 1] - sample.values[0]).isFinite else { return nil }
            self.init(histogram: sample, areWhole: pair.reference.isWhole && pair.current.isWhole)
        } else {
            self.init(values: pair.cellNames(limit: .max), cells)
        }
    }

    private init(histogram sample: PooledSample, areWhole: Bool) {
        var (low, high) = (sample.values[0], sample.values[sample.values.count - 1])
        let central = Self.central(sample)
        if high - low > Self.stretch * (central.upperBound - central.lowerBound), central.lowerBound < central.upperBound {
            (low, high) = (central.lowerBound, central.upperBound)
        }
        var width = (high - low) / Double(Self.binCount)
        var count = Self.binCount
        if areWhole {
            width = Self.wholeWidth(numbers: high - low + 1)
            low -= 0.5
            count = max(1, Int(((high + 0.5 - low) / width).rounded(.up)))
        }
        let edges = (0...count).map { low + Double($0) * width }
        let top = areWhole ? edges[count] : high
        var counts = (reference: [Int](repeating: 0, count: count), current: [Int](repeating: 0, count: count))
        var beyond = (reference: 0, current: 0)
        for (index, value) in sample.values.enumerated() {
            guard value >= low, value <= top else {
                beyond.reference += sample.reference[index]
                beyond.current += sample.current[index]
                continue
            }
            let bin = width > 0 ? min(count - 1, Int((value - low) / width)) : 0
            counts.reference[bin] += sample.reference[index]
            counts.current[bin] += sample.current[index]
        }
        bins = .numbers(edges: edges)
        reference = counts.reference
        current = counts.current
        self.beyond = beyond
    }

    /// How many whole numbers a bin holds, so that the last bin lacks as few as can be: a last bin of fewer numbers would
    /// look like a fall.
    private static func wholeWidth(numbers: Double) -> Double {
        let bins = Double(binCount)
        let widths = [bins * 1.5, bins * 1.25, bins, bins * 0.75, bins * 0.5].map { max(1, (numbers / $0).rounded(.up)) }
        func lack(_ width: Double) -> Double { (numbers / width).rounded(.up) * width - numbers }
        return widths.min { lack($0) / $0 < lack($1) / $1 } ?? 1
    }

    /// From the lower of both samples' half-percent quantiles to the higher of those of 99.5 %.
    private static func central(_ sample: PooledSample) -> ClosedRange<Double> {
        func quantiles(_ counts: [Int], _ total: Int) -> (Double, Double) {
            let rank = total / 200
            var before = 0
            var low = sample.values[0]
            var high = low
            for (value, count) in zip(sample.values, counts) where count > 0 {
                if before <= rank { low = value }
                if before < total - rank { high = value }
                before += count
            }
            return (low, high)
        }
        let left = quantiles(sample.reference, sample.referenceCount)
        let right = quantiles(sample.current, sample.currentCount)
        return min(left.0, right.0)...max(left.1, right.1)
    }

    /// Numbers in their order; texts by the share they have in both samples together, the rest as one.
    private init(values names: [Text], _ cells: CellCounts) {
        beyond = (0, 0)
        guard names.count > Self.shownValues + 1 else {
            bins = .values(names)
            reference = cells.reference
            current = cells.current
            return
        }
        let (left, right) = (Double(cells.referenceTotal), Double(cells.currentTotal))
        let order = names.indices.sorted { a, b in
            let first = Double(cells.reference[a]) / left + Double(cells.current[a]) / right
            let second = Double(cells.reference[b]) / left + Double(cells.current[b]) / right
            return first == second ? names[a] < names[b] : first > second
        }
        let shown = order.prefix(Self.shownValues)
        bins = .values(shown.map { names[$0] } + [Text("\(names.count - shown.count) others")])
        func shortened(_ counts: [Int], _ total: Int) -> [Int] {
            let kept = shown.map { counts[$0] }
            return kept + [total - kept.reduce(0, +)]
        }
        reference = shortened(cells.reference, cells.referenceTotal)
        current = shortened(cells.current, cells.currentTotal)
    }
}
