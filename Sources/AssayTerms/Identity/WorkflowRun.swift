/// A run of a CI system that showed who it is by its identity provider's token.
package struct WorkflowRun: Hashable, Sendable {
    /// The evaluator it speaks for.
    package let evaluator: Text
    /// What the token says of it: not the run's own words.
    package let build: BuildOrigin

    package init(evaluator: Text, build: BuildOrigin) {
        self.evaluator = evaluator
        self.build = build
    }
}
