import AssayEvidence
import AssayMetrics
import AssayTerms
import Testing

/// Goal: a rollout goes on when it may, back when it must, and back by mistake no more often than its guards say.
/// Method: single tallies for each rule; seeded streams that are judged after each report for the rates.
@Suite struct RolloutJudgeTests {
    private static let steps = [RolloutPlan.Step(share: 500, requests: 100, minutes: 2), .init(share: 5_000, requests: 200)]

    private func tally(candidate: (Int64, Int64) = (0, 0), baseline: (Int64, Int64) = (0, 0)) -> RolloutTally {
        var tally = RolloutTally()
        (tally.candidate.errors, tally.candidate.requests) = candidate
        (tally.baseline.errors, tally.baseline.requests) = baseline
        return tally
    }

    @Test func aStepLastsUntilAllOfItIsThere() {
        let judge = RolloutJudge(RolloutPlan(strategy: .canary, steps: Self.steps, advance: .unlessWorse))
        #expect(judge.move(step: 0, began: 0, tally: tally(candidate: (0, 99)), now: 120_000) == .stay("the candidate was asked 99 of 100 times"))
        #expect(judge.move(step: 0, began: 0, tally: tally(candidate: (0, 100)), now: 119_999) == .stay("1 of 2 minutes are over"))
        #expect(judge.move(step: 0, began: 0, tally: tally(candidate: (0, 100)), now: 120_000) == .advance(to: 1))
        #expect(judge.move(step: 0, began: 500_000, tally: tally(candidate: (0, 100)), now: 0) == .stay("0 of 2 minutes are over"))
        #expect(judge.move(step: 1, began: 0, tally: tally(candidate: (0, 200)), now: 0) == .finish)
        guard case .stay = judge.move(step: 2, began: 0, tally: tally(), now: 0) else { Issue.record("a step that is not there"); return }
    }

    @Test func whatIsUndecidedHoldsTheStepUnlessThePlanSaysOtherwise() {
        let watched = [RolloutGuard(.errors, bound: 0.02)]
        let few = tally(candidate: (0, 100), baseline: (0, 100))
        let plan = RolloutPlan(strategy: .canary, steps: Self.steps, guards: watched)
        guard case .stay(let why) = RolloutJudge(plan).move(step: 0, began: 0, tally: few, now: 120_000) else { Issue.record("it went on"); return }
        #expect(why.contains("undecided") && why.contains("0 of 100"))
        let many = tally(candidate: (0, 3_000), baseline: (0, 3_000))
        #expect(RolloutJudge(plan).move(step: 0, began: 0, tally: many, now: 120_000) == .advance(to: 1))
        var bold = plan
        bold.advance = .unlessWorse
        #expect(RolloutJudge(bold).move(step: 0, began: 0, tally: few, now: 120_000) == .advance(to: 1))
    }

    @Test func whatIsWorseGoesBackAtOnce() {
        let worse = tally(candidate: (30, 50), baseline: (10, 1_000))
        var plan = RolloutPlan(strategy: .canary, steps: Self.steps, guards: [.init(.errors, bound: 0.02)])
        guard case .rollBack(let why) = RolloutJudge(plan).move(step: 0, began: 0, tally: worse, now: 0) else { Issue.record("it stayed"); return }
        #expect(why.contains("0.6 (30 of 50) against 0.01 (10 of 1000)") && why.contains("more than 0.02"))
        plan.rollsBack = false
        guard case .stay(let words) = RolloutJudge(plan).move(step: 0, began: 0, tally: worse, now: 0) else { Issue.record("it moved"); return }
        #expect(words.contains("people decide"))
    }

    /// Nobody is left to the baseline: the candidate is judged by itself, and nothing is concluded from an interval of 0...1.
    @Test func withoutABaselineTheMaximumDecides() {
        let steps = [RolloutPlan.Step(share: 5_000, requests: 10), .init(share: 10_000, requests: 10)]
        let plan = RolloutPlan(strategy: .canary, steps: steps, guards: [.init(.errors, bound: 0.02, maximum: 0.1)])
        let judge = RolloutJudge(plan)
        guard case .rollBack(let why) = judge.move(step: 1, began: 0, tally: tally(candidate: (60, 60)), now: 0) else {
            Issue.record("a candidate that fails every request stays")
            return
        }
        #expect(why.contains("1 (60 of 60)") && why.contains("more than 0.1") && !why.contains("against"))
        #expect(judge.move(step: 1, began: 0, tally: tally(candidate: (0, 500)), now: 0) == .finish)
        // Beside a baseline both bounds hold: 0.15 is over the maximum and not over what the baseline does.
        guard case .rollBack = judge.move(step: 0, began: 0, tally: tally(candidate: (600, 4_000), baseline: (600, 4_000)), now: 0) else {
            Issue.record("the maximum does not count beside a baseline")
            return
        }
        // A guard that compares alone has nothing to compare with, and is no leave.
        let relative = RolloutJudge(RolloutPlan(strategy: .realTime, steps: [steps[1]], guards: [.init(.errors, bound: 0.02)], promotes: true))
        guard case .stay = relative.move(step: 0, began: 0, tally: tally(candidate: (500, 500)), now: 0) else {
            Issue.record("something follows from nothing")
            return
        }
    }

    @Test func anOutcomeIsWatchedBothWays() {
        let judge = RolloutJudge(RolloutPlan(strategy: .ab, steps: [.init(share: 5_000, requests: 0)], guards: [.init(.outcome(label: "1"), bound: 0.1)]))
        func verdict(_ new: Int64, _ old: Int64) -> SequentialComparison.Verdict {
            var tally = RolloutTally()
            (tally.candidate.drawn, tally.candidate.hits, tally.baseline.drawn, tally.baseline.hits) = (5_000, new, 5_000, old)
            return judge.findings(tally, step: 0)[0].verdict
        }
        #expect(verdict(2_500, 2_500) == .notWorse)
        #expect(verdict(3_500, 2_500) == .worse && verdict(1_500, 2_500) == .worse)
        #expect(verdict(3_000, 2_500) == .undecided)
    }

    @Test func agreementIsOfRequestsThatBothPredicted() {
        let judge = RolloutJudge(
            RolloutPlan(
                strategy: .shadow, steps: [.init(share: 10_000, requests: 0)], guards: [.init(.agreement(tolerance: 0), bound: 0.95)]))
        func verdict(_ agreed: Int64, _ judged: Int64) -> SequentialComparison.Verdict {
            var tally = RolloutTally()
            (tally.judgedAgreed, tally.judged, tally.compared) = (agreed, judged, judged)
            return judge.findings(tally, step: 0)[0].verdict
        }
        #expect(verdict(0, 0) == .undecided && verdict(1_000, 1_000) == .notWorse && verdict(500, 1_000) == .worse && verdict(95, 100) == .undecided)
    }

    /// The same chance of an error in both, judged after every 25 requests, over two steps: a false alarm in at most 10 % of rollouts at
    /// level 0.9, and three standard errors.
    @Test func goodCandidatesSeldomGoBack() {
        var draw = SplitMix64(seed: 11)
        let plan = RolloutPlan(strategy: .canary, steps: Self.steps, guards: [.init(.errors, bound: 0, level: 0.9)])
        let count = 120
        let wrong = (0..<count).count { _ in
            for step in 0..<2 where rollsBack(RolloutJudge(plan), step: step, old: 0.2, new: 0.2, share: 0.3, &draw) { return true }
            return false
        }
        #expect(Double(wrong) <= Double(count) * (0.1 + 3 * (0.09 / Double(count)).squareRoot()), "\(wrong) of \(count)")
    }

    @Test func badCandidatesGoBack() {
        var draw = SplitMix64(seed: 12)
        let plan = RolloutPlan(strategy: .canary, steps: Self.steps, guards: [.init(.errors, bound: 0.02)])
        let found = (0..<20).count { _ in rollsBack(RolloutJudge(plan), step: 0, old: 0.02, new: 0.25, share: 0.3, &draw) }
        #expect(found == 20)
    }

    private func rollsBack(_ judge: RolloutJudge, step: Int, old: Double, new: Double, share: Double, _ draw: inout SplitMix64) -> Bool {
        var tally = RolloutTally()
        for request in 1...1_000 {
            if draw.nextUnit() < share {
                tally.candidate.requests += 1
                if draw.nextUnit() < new { tally.candidate.errors += 1 }
            } else {
                tally.baseline.requests += 1
                if draw.nextUnit() < old { tally.baseline.errors += 1 }
            }
            guard request % 25 == 0 else { continue }
            if case .rollBack = judge.move(step: step, began: 0, tally: tally, now: 0) { return true }
        }
        return false
    }

    @Test func whatCannotHaveBeenCountedIsNoTally() {
        var tally = tally(candidate: (1, 2), baseline: (0, 5))
        #expect(tally.impossibility == nil)
        tally.candidate.errors = 3
        #expect(tally.impossibility?.contains("'candidate_errors' is more than 'candidate_requests'") == true)
        tally.candidate.errors = -1
        #expect(tally.impossibility?.contains("candidate_errors") == true)
        #expect(Set(RolloutTally.fields.map(\.name)).count == 19)
    }
}
