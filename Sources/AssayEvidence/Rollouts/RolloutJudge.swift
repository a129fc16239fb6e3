import AssayMetrics
package import AssayTerms

/// Decides how a rollout goes on from its plan, its step, what was counted in it, and the time. Pure.
///
/// **Errors.** Each step begins to count anew, since shares differ between steps and traffic changes with the hours: within a step both
/// versions met the same hours. A guard of level 1 − α has α / steps for each step. Its intervals hold at all times
/// (``SequentialComparison``), so looking after each report costs nothing: over the whole rollout a guard says falsely that the
/// candidate is worse with probability α at most, and falsely that it is not with α at most. With several guards these add up.
///
/// **Without a baseline.** Where a step leaves nothing to the baseline there is nothing to compare with: a guard's maximum is judged on the
/// candidate's own share alone, and a guard without one stays undecided. Elsewhere a guard with both is broken by either, each with half of
/// what the guard may be wrong.
///
/// **Assumed.** Requests of one version are independent with one chance, given the step. Units that ask often are not, quite: a
/// rollout for few heavy users takes a higher level.
package struct RolloutJudge: Sendable {
    package let plan: RolloutPlan

    package init(_ plan: RolloutPlan) { self.plan = plan }

    /// Of a share, which holds at all times (``SequentialProportion``); `nil` without events.
    package static func interval(_ events: Int64, of trials: Int64, level: Double = 0.95) -> Interval? {
        trials > 0 ? SequentialProportion(successes: min(events, trials), trials: trials).interval(level: level) : nil
    }

    /// What each guard says at a step, in the order of the plan; of a guard with a margin and a maximum both, unless nothing can be compared.
    package func findings(_ tally: RolloutTally, step: Int) -> [RolloutFinding] {
        plan.guards.flatMap { watched -> [RolloutFinding] in
            guard let maximum = watched.maximum else { return [finding(watched, watched.bound ?? 0, parts: 1, tally)] }
            guard let bound = watched.bound, !plan.hasNoBaseline(at: step) else { return [absolute(watched, maximum, parts: 1, tally)] }
            return [finding(watched, bound, parts: 2, tally), absolute(watched, maximum, parts: 2, tally)]
        }
    }

    /// - Parameters:
    ///   - step: the place of the present step.
    ///   - began: when it began, in milliseconds since 1970.
    ///   - tally: of this step alone.
    ///   - now: in milliseconds since 1970; a clock that went back counts as no time.
    package func move(step: Int, began: Int64, tally: RolloutTally, now: Int64) -> RolloutMove {
        guard plan.steps.indices.contains(step) else { return .stay("a \(plan.strategy.rawValue) rollout has no steps; people end it") }
        let findings = findings(tally, step: step)
        let worse = findings.filter { $0.verdict == .worse }
        if !worse.isEmpty {
            let words = worse.map(\.text).joined(separator: "; ")
            return plan.rollsBack ? .rollBack(words) : .stay("the candidate is worse, and people decide: \(words)")
        }
        var missing: [String] = []
        let wanted = plan.steps[step]
        if tally.candidate.requests < wanted.requests {
            missing.append("the candidate was asked \(tally.candidate.requests) of \(wanted.requests) times")
        }
        let elapsed = max(0, now - began)
        if elapsed < wanted.minutes * 60_000 { missing.append("\(elapsed / 60_000) of \(wanted.minutes) minutes are over") }
        if plan.advance == .notWorse { missing += findings.filter { $0.verdict == .undecided }.map(\.text) }
        guard missing.isEmpty else { return .stay(missing.joined(separator: "; ")) }
        return step + 1 < plan.steps.count ? .advance(to: step + 1) : .finish
    }

    /// Of each of the parts that a guard is judged by at a step. Rounding must not take it to 1, which no interval has.
    private func level(_ watched: RolloutGuard, parts: Int) -> Double {
        min(1 - (1 - watched.level) / Double(max(1, plan.steps.count) * parts), 1 - 1e-9)
    }

    /// The candidate's own share against the most that is taken.
    private func absolute(_ watched: RolloutGuard, _ maximum: Double, parts: Int, _ tally: RolloutTally) -> RolloutFinding {
        let counts: (events: Int64, trials: Int64) =
            switch watched.kind {
            case .errors: (tally.candidate.errors, tally.candidate.requests)
            case .latency: (tally.candidate.slow, tally.candidate.requests)
            case .mistakes: (tally.candidate.mistaken, tally.candidate.labelled)
            case .outcome: (tally.candidate.hits, tally.candidate.drawn)
            case .agreement: (tally.judged - min(tally.judgedAgreed, tally.judged), tally.judged)
            }
        let share = SequentialProportion(successes: min(counts.events, counts.trials), trials: counts.trials)
        let interval = share.interval(level: level(watched, parts: parts))
        let verdict: SequentialComparison.Verdict = interval.low > maximum ? .worse : interval.high <= maximum ? .notWorse : .undecided
        return RolloutFinding(watched: watched, bound: maximum, verdict: verdict, interval: interval, candidate: share, baseline: nil)
    }

    private func finding(_ watched: RolloutGuard, _ bound: Double, parts: Int, _ tally: RolloutTally) -> RolloutFinding {
        let level = level(watched, parts: parts)
        func compare(_ events: KeyPath<RolloutTally.Arm, Int64>, of trials: KeyPath<RolloutTally.Arm, Int64>) -> SequentialComparison {
            func proportion(_ arm: RolloutTally.Arm) -> SequentialProportion {
                SequentialProportion(successes: min(arm[keyPath: events], arm[keyPath: trials]), trials: arm[keyPath: trials])
            }
            return SequentialComparison(old: proportion(tally.baseline), new: proportion(tally.candidate))
        }
        func oneSided(_ comparison: SequentialComparison) -> RolloutFinding {
            RolloutFinding(
                watched: watched, bound: bound, verdict: comparison.verdict(margin: bound, level: level), interval: comparison.interval(level: level),
                candidate: comparison.new, baseline: comparison.old)
        }
        switch watched.kind {
        case .errors: return oneSided(compare(\.errors, of: \.requests))
        case .latency: return oneSided(compare(\.slow, of: \.requests))
        case .mistakes: return oneSided(compare(\.mistaken, of: \.labelled))
        case .outcome:
            let comparison = compare(\.hits, of: \.drawn)
            let interval = comparison.interval(level: level)
            let verdict: SequentialComparison.Verdict =
                interval.low > bound || interval.high < -bound ? .worse : interval.low >= -bound && interval.high <= bound ? .notWorse : .undecided
            return RolloutFinding(
                watched: watched, bound: bound, verdict: verdict, interval: interval, candidate: comparison.new, baseline: comparison.old)
        case .agreement:
            let share = SequentialProportion(successes: min(tally.judgedAgreed, tally.judged), trials: tally.judged)
            let interval = share.interval(level: level)
            let verdict: SequentialComparison.Verdict =
                interval.high < bound ? .worse : interval.low >= bound ? .notWorse : .undecided
            return RolloutFinding(watched: watched, bound: bound, verdict: verdict, interval: interval, candidate: share, baseline: nil)
        }
    }
}
