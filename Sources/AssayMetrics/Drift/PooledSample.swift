/// Two samples of numbers as one ascending list of distinct values with how often each sample has it: all that tests of
/// equal distributions look at.
package struct PooledSample: Sendable {
    /// Distinct and ascending.
    package let values: [Double]
    /// How often the reference has each value.
    package let reference: [Int]
    /// How often the current sample has each value.
    package let current: [Int]
    package let referenceCount: Int
    package let currentCount: Int

    /// - Complexity: O(distinct values).
    package init(reference left: CountedValues, current right: CountedValues) {
        var values: [Double] = []
        var reference: [Int] = []
        var current: [Int] = []
        values.reserveCapacity(left.values.count + right.values.count)
        reference.reserveCapacity(values.capacity)
        current.reserveCapacity(values.capacity)
        var i = 0
        var j = 0
        while i < left.values.count || j < right.values.count {
            let takesLeft = j == right.values.count || (i < left.values.count && left.values[i] <= right.values[j])
            let takesRight = i == left.values.count || (j < right.values.count && right.values[j] <= left.values[i])
            values.append(takesLeft ? left.values[i] : right.values[j])
            reference.append(takesLeft ? left.counts[i] : 0)
            current.append(takesRight ? right.counts[j] : 0)
            if takesLeft { i += 1 }
            if takesRight { j += 1 }
        }
        self.values = values
        self.reference = reference
        self.current = current
        referenceCount = left.total
        currentCount = right.total
    }

    /// Sorts both.
    ///
    /// - Precondition: no value is NaN.
    package init(reference: [Double], current: [Double]) {
        self.init(sorted: RadixSort.sorted(reference), RadixSort.sorted(current))
    }

    package init(reference: SampleNumbers, current: SampleNumbers) {
        if case .rows(let left) = reference, case .rows(let right) = current {
            self.init(reference: left, current: right)
        } else {
            self.init(reference: reference.counted, current: current.counted)
        }
    }

    /// Merges two ascending samples. Which of them is next is left to arithmetic: between samples of one distribution a branch
    /// would be foreseen wrongly half of the time.
    ///
    /// - Complexity: O(n).
    private init(sorted left: [Double], _ right: [Double]) {
        let size = left.count + right.count
        var (reference, current) = ([Int](repeating: 0, count: size), [Int](repeating: 0, count: size))
        var distinct = 0
        values = [Double](unsafeUninitializedCapacity: size) { values, count in
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    reference.withUnsafeMutableBufferPointer { reference in
                        current.withUnsafeMutableBufferPointer { current in
                            var (i, j) = (0, 0)
                            var last = Double.nan
                            func add(_ value: Double, _ ofReference: Int, _ ofCurrent: Int) {
                                distinct &+= value == last ? 0 : 1
                                values.initializeElement(at: distinct &- 1, to: value)
                                reference[distinct &- 1] &+= ofReference
                                current[distinct &- 1] &+= ofCurrent
                                last = value
                            }
                            while i < left.count, j < right.count {
                                let (a, b) = (left[i], right[j])
                                let takesLeft = a <= b ? 1 : 0
                                let takesRight = b <= a ? 1 : 0
                                add(a <= b ? a : b, takesLeft, takesRight)
                                i &+= takesLeft
                                j &+= takesRight
                            }
                            while i < left.count {
                                add(left[i], 1, 0)
                                i &+= 1
                            }
                            while j < right.count {
                                add(right[j], 0, 1)
                                j &+= 1
                            }
                        }
                    }
                }
            }
            count = distinct
        }
        reference.removeLast(size - distinct)
        current.removeLast(size - distinct)
        self.reference = reference
        self.current = current
        referenceCount = left.count
        currentCount = right.count
    }

    package var totalCount: Int { referenceCount + currentCount }

    /// How many distinct values the reference has.
    package var referenceDistinctCount: Int { reference.count { $0 > 0 } }

    /// Each distinct value as a cell.
    package var cells: CellCounts { CellCounts(reference: reference, current: current) }

    /// The mean and the mean squared deviation of one of the samples (`reference` or `current`), in two passes.
    ///
    /// - Precondition: the sample is not empty.
    package func moments(_ counts: [Int], _ total: Int) -> (mean: Double, variance: Double) {
        precondition(total > 0, "an empty sample has no mean")
        var sum = 0.0
        for (value, count) in zip(values, counts) { sum += value * Double(count) }
        let mean = sum / Double(total)
        var squares = 0.0
        for (value, count) in zip(values, counts) {
            // A value that the sample has not adds nothing, even where its square is infinite.
            let square = (value - mean) * (value - mean) * Double(count)
            squares += count > 0 ? square : 0
        }
        return (mean, squares / Double(total))
    }

    package var referenceMoments: (mean: Double, variance: Double) { moments(reference, referenceCount) }
    package var currentMoments: (mean: Double, variance: Double) { moments(current, currentCount) }
}
