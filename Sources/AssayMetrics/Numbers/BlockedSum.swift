/// The sum of `values`, added in an order that depends only on `values.count`.
///
/// Definition: eight lanes, lane `l` holding the elements whose index is `l` modulo 8, each added from the first to
/// the last; the lanes folded as `((0+4)+(2+6))+((1+5)+(3+7))`; then the up to seven elements left over, in order.
///
/// - Error: at most `(count / 8 + 10) × ulp(Σ|values|)`, all rounding errors taken together.
/// - Complexity: O(`values.count`), no allocation.
package func blockedSum(_ values: Span<Double>) -> Double {
    let laneCount = 8
    let blockCount = values.count / laneCount
    var lanes = SIMD8<Double>.zero
    for block in 0..<blockCount { lanes += eightValues(values, block &* laneCount) }
    var total = folded(lanes)
    for index in (blockCount &* laneCount)..<values.count { total += values[index] }
    return total
}

/// The sum of the values' squared distances from `center`, in the order of ``blockedSum(_:)``.
package func blockedSum(ofSquares values: Span<Double>, around center: Double) -> Double {
    let laneCount = 8
    let blockCount = values.count / laneCount
    var lanes = SIMD8<Double>.zero
    for block in 0..<blockCount {
        let distances = eightValues(values, block &* laneCount) - center
        lanes += distances * distances
    }
    var total = folded(lanes)
    for index in (blockCount &* laneCount)..<values.count {
        let distance = values[index] - center
        total += distance * distance
    }
    return total
}

/// One range check; the eight constant subscripts then need none.
@inline(__always)
func eightValues(_ values: Span<Double>, _ start: Int) -> SIMD8<Double> {
    let b = values.extracting(start..<(start &+ 8))
    return SIMD8(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
}

/// `SIMD.sum()` does not document an order, so the fold is spelled out.
private func folded(_ lanes: SIMD8<Double>) -> Double {
    let four = lanes.lowHalf + lanes.highHalf
    let even = four[0] + four[2]
    let odd = four[1] + four[3]
    return even + odd
}

/// As above, over an array made in passing.
package func blockedSum(of values: [Double]) -> Double { blockedSum(values.span) }
