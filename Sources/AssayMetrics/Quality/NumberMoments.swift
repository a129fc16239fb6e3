/// Extremes, mean and spread of a column's numbers, block by block.
///
/// - Mean and deviation are pandas' (`Series.mean`, `Series.std` with one degree of freedom less): undefined without a value,
///   the deviation with fewer than two, and both where a value is infinite.
/// - Kind: summed. Blocks are merged in order by Chan's rule, so that equal blocks give equal bits.
/// - Source: Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, equations 1.5.
package struct NumberMoments: Sendable, Hashable {
    package private(set) var count = 0
    package private(set) var zeroCount = 0
    package private(set) var infiniteCount = 0
    /// `nil` without a value; infinities are values.
    package private(set) var least: Double?
    package private(set) var greatest: Double?
    private var center = 0.0
    private var squares = 0.0
    private var total = 0.0

    package init() {}

    /// - Parameter values: the numbers of one block that are present; none is NaN.
    package mutating func add(_ values: [Double]) {
        guard !values.isEmpty else { return }
        var block = Self()
        block.count = values.count
        (block.least, block.greatest, block.zeroCount, block.infiniteCount) = Self.extremes(values.span)
        if block.infiniteCount == 0 {
            block.total = blockedSum(values.span)
            block.center = block.total / Double(values.count)
            block.squares = blockedSum(ofSquares: values.span, around: block.center)
        }
        merge(block)
    }

    /// Eight lanes at a time; which of two zeros an extreme is depends on their places alone.
    private static func extremes(_ values: Span<Double>) -> (least: Double, greatest: Double, zeros: Int, infinities: Int) {
        var least = SIMD8(repeating: values[0])
        var greatest = least
        var zeros = SIMD8<Int64>.zero
        var infinities = SIMD8<Int64>.zero
        let one = SIMD8<Int64>(repeating: 1)
        let whole = values.count / 8
        for block in 0..<whole {
            let lanes = eightValues(values, block &* 8)
            least.replace(with: lanes, where: lanes .< least)
            greatest.replace(with: lanes, where: lanes .> greatest)
            zeros &+= SIMD8<Int64>.zero.replacing(with: one, where: lanes .== 0)
            infinities &+= SIMD8<Int64>.zero.replacing(with: one, where: (lanes .== .infinity) .| (lanes .== -.infinity))
        }
        var low = values[0]
        var high = values[0]
        for lane in 0..<8 {
            if least[lane] < low { low = least[lane] }
            if greatest[lane] > high { high = greatest[lane] }
        }
        var zeroCount = Int(zeros.wrappedSum())
        var infiniteCount = Int(infinities.wrappedSum())
        for index in (whole &* 8)..<values.count {
            let value = values[index]
            if value < low { low = value }
            if value > high { high = value }
            if value == 0 { zeroCount += 1 }
            if value.isInfinite { infiniteCount += 1 }
        }
        return (low, high, zeroCount, infiniteCount)
    }

    package mutating func merge(_ other: Self) {
        guard other.count > 0, let otherLeast = other.least, let otherGreatest = other.greatest else { return }
        guard let least, let greatest else {
            self = other
            return
        }
        let both = Double(count) + Double(other.count)
        let gap = other.center - center
        squares += other.squares + gap * gap * (Double(count) * Double(other.count) / both)
        center += gap * (Double(other.count) / both)
        total += other.total
        count += other.count
        zeroCount += other.zeroCount
        infiniteCount += other.infiniteCount
        self.least = min(least, otherLeast)
        self.greatest = max(greatest, otherGreatest)
    }

    package var sum: Double? { infiniteCount == 0 && total.isFinite ? total : nil }

    package var mean: Double? { count > 0 && infiniteCount == 0 && center.isFinite ? center : nil }

    /// Over `count - 1`, as pandas has it.
    package var standardDeviation: Double? {
        guard count > 1, infiniteCount == 0, squares.isFinite else { return nil }
        return (squares / Double(count - 1)).squareRoot()
    }
}
