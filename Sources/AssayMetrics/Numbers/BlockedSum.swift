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
    for block in 0..<blockCount {
        let start = block &* laneCount
        // One range check per block; the eight constant subscripts below then need none.
        let b = values.extracting(start..<(start &+ laneCount))
        lanes += SIMD8(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7])
    }
    // `SIMD.sum()` does not document an order, so the fold is spelled out.
    let four = lanes.lowHalf + lanes.highHalf
    let even = four[0] + four[2]
    let odd = four[1] + four[3]
    var total = even + odd
    for index in (blockCount &* laneCount)..<values.count { total += values[index] }
    return total
}

/// As above, over an array made in passing.
package func blockedSum(of values: [Double]) -> Double { blockedSum(values.span) }
