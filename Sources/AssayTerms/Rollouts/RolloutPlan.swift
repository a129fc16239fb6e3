/// What is to happen to a candidate in traffic: steps, guards, and what follows by itself.
package struct RolloutPlan: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        /// In ten-thousandths of the requests (or units) that ask for a target, of a batch of the jobs; for a shadow, of those that it is asked too.
        package var share: Int
        /// The candidate is asked at least so often before the next step; of a batch, scores so many data sets.
        package var requests: Int64
        /// The step lasts at least so long.
        package var minutes: Int64

        package init(share: Int, requests: Int64, minutes: Int64 = 0) {
            self.share = share
            self.requests = requests
            self.minutes = minutes
        }
    }

    /// What guards have to say before the next step.
    package enum Advance: String, Sendable, CaseIterable {
        /// Each has shown that the candidate is not worse, within its bound.
        case notWorse = "not-worse"
        /// None has shown that it is worse.
        case unlessWorse = "unless-worse"
    }

    package static let wholeShare = 10_000

    /// Whether the baseline answers nobody at a step, so that there is nothing to compare the candidate with.
    package func hasNoBaseline(at step: Int) -> Bool {
        steps.indices.contains(step) && steps[step].share >= Self.wholeShare && [.canary, .ab, .realTime, .batch].contains(strategy)
    }

    package var strategy: RolloutStrategy
    /// Empty for a batch that began before jobs were counted.
    package var steps: [Step]
    package var guards: [RolloutGuard]
    package var advance: Advance
    /// Whether the last step, once it is over, asks the gate for the targets.
    package var promotes: Bool
    /// Whether a guard that is broken ends the rollout.
    package var rollsBack: Bool

    package init(
        strategy: RolloutStrategy, steps: [Step], guards: [RolloutGuard] = [], advance: Advance = .notWorse, promotes: Bool = false,
        rollsBack: Bool = true
    ) {
        self.strategy = strategy
        self.steps = steps
        self.guards = guards
        self.advance = advance
        self.promotes = promotes
        self.rollsBack = rollsBack
    }
}
