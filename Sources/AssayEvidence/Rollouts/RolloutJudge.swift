import AssayMetrics
package import AssayTerms

/// Decides how a rollout goes on from its plan, its step, what was counted in it, and the time. Pure.
///
/// **Errors.** Each step begins to count anew, since shares differ between steps and traffic changes with the hours: within a step both
/// versions met the same hours. A guard of level 1 − α has α / steps for each step. Its intervals hold at all times
/// (``SequentialComparison``), so looking after each report costs nothing: over the whole rollout a guard says falsely that the
/// candidate is worse with probability α at most, and falsely that it is not with α at most. With several guards these add up.
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

    /// What each guard says, in the order of the plan.
    package func findings(_ tally: RolloutTally) -> [RolloutFinding] { plan.guards.map { finding($0, tally) } }

    /// - Parameters:
    ///   - step: the place of the present step.
    ///   - began: when it began, in milliseconds since 1970.
    ///   - tally: of this step alone.
    ///   - now: in milliseconds since 1970; a clock that went back counts as no time.
    package func move(step: Int, began: Int64, tally: RolloutTally, now: Int64) -> RolloutMove {
        guard plan.steps.indices.contains(step) else { return .stay("a \(plan.strategy.rawValue) rollout has no steps; people end it") }
        let findings = findings(tally)
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

    private func finding(_ watched: RolloutGuard, _ tally: RolloutTally) -> RolloutFinding {
        // Rounding must not take it to 1, which no interval has.
        let level = min(1 - (1 - watched.level) / Double(max(1, plan.steps.count)), 1 - 1e-9)
        func compare(_ events: KeyPath<RolloutTally.Arm, Int64>, of trials: KeyPath<RolloutTally.Arm, Int64>) -> SequentialComparison {
            func proportion(_ arm: RolloutTally.Arm) -> SequentialProportion {
                SequentialProportion(successes: min(arm[keyPath: events], arm[keyPath: trials]), trials: arm[keyPath: trials])
            }
            return SequentialComparison(old: proportion(tally.baseline), new: proportion(tally.candidate))
        }
        func oneSided(_ comparison: SequentialComparison) -> RolloutFinding {
            RolloutFinding(
                watched: watched, verdict: comparison.verdict(margin: watched.bound, level: level), interval: comparison.interval(level: level),
                candidate: comparison.new, baseline: comparison.old)
        }
        switch watched.kind {
        case .errors: return oneSided(compare(\.errors, of: \.requests))
        case .latency: return oneSided(compare(\.slow, of: \.requests))
        case .outcome:
            let comparison = compare(\.hits, of: \.drawn)
            let interval = comparison.interval(level: level)
            let verdict: SequentialComparison.Verdict =
                interval.low > watched.bound || interval.high < -watched.bound
                ? .worse : interval.low >= -watched.bound && interval.high <= watched.bound ? .notWorse : .undecided
            return RolloutFinding(watched: watched, verdict: verdict, interval: interval, candidate: comparison.new, baseline: comparison.old)
        case .agreement:
            let share = SequentialProportion(successes: min(tally.judgedAgreed, tally.judged), trials: tally.judged)
            let interval = share.interval(level: level)
            let verdict: SequentialComparison.Verdict =
                interval.high < watched.bound ? .worse : interval.low >= watched.bound ? .notWorse : .undecided
            return RolloutFinding(watched: watched, verdict: verdict, interval: interval, candidate: share, baseline: nil)
        }
    }
}
