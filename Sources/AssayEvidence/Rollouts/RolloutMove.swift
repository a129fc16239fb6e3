/// What follows from what was counted.
package enum RolloutMove: Hashable, Sendable {
    /// Nothing yet, and why.
    case stay(String)
    /// The next step, by its place in the plan.
    case advance(to: Int)
    /// The last step is over: the candidate may ask for its targets.
    case finish
    /// The candidate is worse, and why.
    case rollBack(String)
}
