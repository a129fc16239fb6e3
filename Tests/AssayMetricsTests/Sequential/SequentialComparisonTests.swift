import AssayMetrics
import AssayTerms
import Testing

/// Goal: a verdict that somebody may act on at any moment, wrong no more often than the level says, and reached where there is one.
/// Method: streams of events of two chances, looked at after each ten of both.
@Suite struct SequentialComparisonTests {
    private func firstVerdict(
        _ old: Double, _ new: Double, margin: Double, level: Double, events: Int, _ draw: inout SplitMix64
    ) -> SequentialComparison.Verdict {
        var comparison = SequentialComparison()
        for event in 1...events {
            comparison.old.add(.init(successes: draw.nextUnit() < old ? 1 : 0, trials: 1))
            comparison.new.add(.init(successes: draw.nextUnit() < new ? 1 : 0, trials: 1))
            guard event % 10 == 0 else { continue }
            let verdict = comparison.verdict(margin: margin, level: level)
            if verdict != .undecided { return verdict }
        }
        return .undecided
    }

    @Test func aWorseOneIsFound() {
        var draw = SplitMix64(seed: 1)
        let verdicts = (0..<20).map { _ in firstVerdict(0.02, 0.15, margin: 0.02, level: 0.95, events: 1500, &draw) }
        #expect(verdicts.allSatisfy { $0 == .worse }, "\(verdicts)")
    }

    @Test func anEqualOneIsLetThroughInsideTheMargin() {
        var draw = SplitMix64(seed: 2)
        let verdicts = (0..<20).map { _ in firstVerdict(0.05, 0.05, margin: 0.1, level: 0.95, events: 2000, &draw) }
        #expect(verdicts.allSatisfy { $0 == .notWorse }, "\(verdicts)")
    }

    /// At the margin itself `worse` is wrong: in a tenth of streams at most, and three standard errors.
    @Test func equalChancesAreSeldomCalledWorse() {
        var draw = SplitMix64(seed: 3)
        let wrong = (0..<150).count { _ in firstVerdict(0.3, 0.3, margin: 0, level: 0.9, events: 300, &draw) == .worse }
        #expect(Double(wrong) <= 150 * (0.1 + 3 * (0.09 / 150).squareRoot()), "\(wrong) of 150")
    }

    @Test func withoutEventsNothingIsSaid() {
        #expect(SequentialComparison().verdict(margin: 0.5) == .undecided)
        #expect(SequentialComparison().verdict(margin: 1) == .notWorse)
        let oneSided = SequentialComparison(old: .init(), new: .init(successes: 0, trials: 100_000))
        #expect(oneSided.verdict(margin: 0.01) == .notWorse)
    }
}
