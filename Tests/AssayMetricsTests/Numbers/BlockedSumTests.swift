import AssayMetrics
import Testing

/// The goal: a sum that is right and whose order depends on the count alone. The method: whole numbers, whose sums are
/// exact in any order, at the boundary lengths of the lanes; and a count-only order shown by a case where order
/// matters.
@Suite struct BlockedSumTests {
    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1000])
    func sumsWholeNumbersExactly(count: Int) {
        let values = (0..<count).map { Double($0 * $0 - 7) }
        #expect(blockedSum(values.span) == values.reduce(0, +))
    }

    @Test func addsLaneByLane() {
        // In row order the small numbers vanish beside 2⁵³; lane by lane, the seven lanes without it keep theirs.
        var values = [Double](repeating: 1, count: 16)
        values[0] = 0x1p53
        #expect(values.reduce(0, +) == 0x1p53)
        #expect(blockedSum(values.span) == 0x1p53 + 14)
    }
}
