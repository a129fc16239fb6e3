/// The order of a column's numbers, exact up to a limit and within a stated distance beyond it.
///
/// Up to `capacity` values all are kept. Then buffers are sorted and every other value goes up one level with twice the
/// weight, the odd and the even ones in turn. Halving a buffer whose values weigh w moves no rank by more than w, so the
/// sum of those weights bounds the error of any rank; `rankError` is that bound over the count.
///
/// - Kind: whole. Equal values in equal blocks give equal bits.
/// - Cost: O(n log capacity) time; `capacity` numbers of memory for every doubling of n / capacity.
/// - Source: Munro and Paterson (1980), Selection and sorting with limited storage; with the bound counted, not estimated.
package struct QuantileState: Sendable {
    /// How a quantile between two values is taken: numpy's names.
    package enum Interpolation: Sendable, CaseIterable {
        case linear, nearest, lower, higher, midpoint
    }

    package static let capacity = 262_144

    private let capacity: Int
    private var levels: [[Double]] = [[]]
    private var takesOdd: [Bool] = [false]
    private var errorWeight = 0
    package private(set) var count = 0

    package init(capacity: Int = Self.capacity) {
        precondition(capacity >= 2 && capacity.isMultiple(of: 2), "a buffer holds pairs")
        self.capacity = capacity
    }

    package var isExact: Bool { errorWeight == 0 }

    /// No rank is off by more than this share of all values.
    package var rankError: Double { count == 0 ? 0 : Double(errorWeight) / Double(count) }

    /// - Parameter values: none is NaN.
    package mutating func add(_ values: [Double]) {
        count += values.count
        var rest = values[...]
        while !rest.isEmpty {
            if levels[0].count == capacity { halve(level: 0) }
            let part = rest.prefix(capacity - levels[0].count)
            levels[0] += part
            rest = rest.dropFirst(part.count)
        }
    }

    private mutating func halve(level: Int) {
        if level + 1 == levels.count {
            levels.append([])
            takesOdd.append(false)
        }
        if levels[level + 1].count + capacity / 2 > capacity { halve(level: level + 1) }
        let sorted = RadixSort.sorted(levels[level])
        levels[level].removeAll(keepingCapacity: true)
        for index in stride(from: takesOdd[level] ? 1 : 0, to: sorted.count, by: 2) { levels[level + 1].append(sorted[index]) }
        takesOdd[level].toggle()
        errorWeight += 1 << level
    }

    /// `index / count` with the roundings of `numpy.percentile(…, numpy.linspace(0, 1, count + 1) * 100)`, so that edges
    /// meet values where those of the peers do.
    package static func share(_ index: Int, of count: Int) -> Double { Double(index) * (1 / Double(count)) * 100 / 100 }

    /// The values in order, each once a weight.
    package func sorted() -> SortedValues {
        if levels.count == 1 { return SortedValues(values: RadixSort.sorted(levels[0]), ends: nil, count: count) }
        var pairs: [(value: Double, weight: Int)] = []
        for (level, values) in levels.enumerated() { pairs += values.map { ($0, 1 << level) } }
        pairs.sort { $0.value < $1.value }
        var ends: [Int] = []
        ends.reserveCapacity(pairs.count)
        var end = 0
        for pair in pairs {
            end += pair.weight
            ends.append(end)
        }
        return SortedValues(values: pairs.map(\.value), ends: ends, count: end)
    }

    /// A sorted copy that answers any number of questions.
    package struct SortedValues: Sendable {
        package let values: [Double]
        /// How many values stand up to and with each; `nil` where each weighs 1.
        let ends: [Int]?
        package let count: Int

        /// The value at a rank from 0.
        package func value(rank: Int) -> Double {
            guard let ends else { return values[rank] }
            return values[firstIndex { ends[$0] > rank }]
        }

        /// numpy's `quantile` of that method; `nil` without values. Two infinities of one sign have that quantile.
        package func quantile(_ share: Double, _ interpolation: Interpolation = .linear) -> Double? {
            guard count > 0 else { return nil }
            let place = Double(count - 1) * share
            let lower = value(rank: Int(place.rounded(.down)))
            let upper = value(rank: Int(place.rounded(.up)))
            let part = place - place.rounded(.down)
            switch interpolation {
            case .lower: return lower
            case .higher: return upper
            case .nearest: return value(rank: Int(place.rounded(.toNearestOrEven)))
            case .midpoint: return lower == upper ? lower : lower / 2 + upper / 2
            case .linear:
                if lower == upper || part == 0 { return lower }
                // As numpy: from the nearer end, so that both ends are met exactly.
                let gap = upper - lower
                return part < 0.5 ? lower + gap * part : upper - gap * (1 - part)
            }
        }

        /// How many values are below `bound`, or at most `bound` with `orEqual`.
        package func countBelow(_ bound: Double, orEqual: Bool = false) -> Int {
            let index = firstIndex { orEqual ? values[$0] > bound : values[$0] >= bound }
            guard let ends else { return index }
            return index == 0 ? 0 : ends[index - 1]
        }

        /// The first index for which a rising predicate holds.
        private func firstIndex(where holds: (Int) -> Bool) -> Int {
            var low = 0
            var high = values.count
            while low < high {
                let middle = (low + high) / 2
                if holds(middle) { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }
}
