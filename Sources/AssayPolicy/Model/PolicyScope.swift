package import AssayTerms

/// Which changes a policy gates: the model by name and tier, the place by stage or alias, or registration or retirement themselves.
package struct PolicyScope: Hashable, Sendable {
    /// Glob patterns; never empty.
    package var models: [Text]
    /// Empty for every tier.
    package var tiers: [Tier]
    package var stages: [Text]
    package var aliases: [Text]
    package var registration: Bool
    package var retirement: Bool

    package init(
        models: [Text] = ["*"], tiers: [Tier] = [], stages: [Text] = [], aliases: [Text] = [],
        registration: Bool = false, retirement: Bool = false
    ) {
        self.models = models
        self.tiers = tiers
        self.stages = stages
        self.aliases = aliases
        self.registration = registration
        self.retirement = retirement
    }
}
