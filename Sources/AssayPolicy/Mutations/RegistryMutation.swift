package import AssayTerms

/// A change of a tag or an alias, and what is there before it.
package struct RegistryMutation: Sendable {
    package var resource: MutationRule.Resource
    /// The roles that whoever makes it holds.
    package var roles: Set<Text>
    package var alias: Text?
    package var tagKey: Text?
    /// `nil` where a tag is deleted.
    package var tagValue: Text?
    package var tags: [Text: Text]
    /// The numbers of the versions that the model's aliases name.
    package var aliases: [Text: Text]

    package init(
        resource: MutationRule.Resource, roles: Set<Text>, alias: Text? = nil, tagKey: Text? = nil, tagValue: Text? = nil,
        tags: [Text: Text], aliases: [Text: Text]
    ) {
        self.resource = resource
        self.roles = roles
        self.alias = alias
        self.tagKey = tagKey
        self.tagValue = tagValue
        self.tags = tags
        self.aliases = aliases
    }

    /// MLflow's own tags are no rule's matter: clients write them by themselves.
    var isSystemTag: Bool { tagKey?.string.hasPrefix("mlflow.") ?? false }
}

extension Gate {
    /// Why a tag or an alias of a model may not be changed so; `nil` where it may.
    package func refusal(of change: RegistryMutation, names: [Text], tier: Tier?) -> String? {
        for policy in published where !policy.mutations.isEmpty && policy.scope.selects(names: names, tier: tier) {
            for rule in policy.mutations {
                if let why = rule.refusal(of: change) { return "The policy \(policy.title) does not allow it: \(why)." }
            }
        }
        return nil
    }
}
