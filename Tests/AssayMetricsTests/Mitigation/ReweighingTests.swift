import AssayMetrics
import Testing

/// The factors make group and label independent and keep the sum of weights; what cannot be moved is left.
@Suite struct ReweighingTests {
    @Test func ratesAreEqualAfterwards() throws {
        let reweighing = Reweighing(sums: [(30, 10), (5.5, 20), (7, 1)])
        let overall = 31 / 73.5
        for group in 0..<3 {
            let rate = try #require(reweighing.positiveRate(group: group, isReweighed: true))
            #expect(abs(rate - overall) < 1e-15)
        }
        var sum = 0.0
        for (group, cell) in reweighing.sums.enumerated() {
            sum += cell.negative * (reweighing.factor(group: group, isPositive: false) ?? 0)
            sum += cell.positive * (reweighing.factor(group: group, isPositive: true) ?? 0)
        }
        #expect(abs(sum - 73.5) < 1e-12)
    }

    /// Kamiran and Calders' example: five of five men, three of five women hired; 0.75 for a hired man.
    @Test func thePapersExample() {
        let reweighing = Reweighing(sums: [(negative: 1, positive: 4), (negative: 3, positive: 2)])
        #expect(reweighing.factor(group: 0, isPositive: true) == 0.75 && reweighing.factor(group: 0, isPositive: false) == 2)
        #expect(reweighing.factor(group: 1, isPositive: true) == 1.5)
        #expect(reweighing.positiveRate(group: 0, isReweighed: false) == 0.8)
    }

    @Test func emptyCellsHaveNoFactor() {
        let reweighing = Reweighing(sums: [(0, 3), (4, 4), (0, 0)])
        #expect(reweighing.factor(group: 0, isPositive: false) == nil && reweighing.factor(group: 2, isPositive: true) == nil)
        #expect(reweighing.positiveRate(group: 0, isReweighed: true) == 1 && reweighing.positiveRate(group: 2, isReweighed: true) == nil)
    }
}
