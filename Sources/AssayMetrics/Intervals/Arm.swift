/// Counted successes among trials of one group, as a score test sees them.
package struct Arm: Hashable, Sendable {
    package var successes: Double
    package var trials: Double

    /// - Precondition: `0 ≤ successes ≤ trials` and `trials > 0`.
    package init(successes: Double, trials: Double) {
        precondition(trials > 0 && successes >= 0 && successes <= trials, "successes lie outside 0...trials")
        self.successes = successes
        self.trials = trials
    }

    package var rate: Double { successes / trials }
}
