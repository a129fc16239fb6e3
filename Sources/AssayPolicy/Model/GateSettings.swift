package import AssayTerms

/// What an organisation decides once for all models.
package struct GateSettings: Sendable {
    /// What applies to a protected place that no published policy covers.
    package var fallback: Policy
    /// What each tier asks for where no published policy names it; `nil` where nothing is said by tier.
    package var defaults: TierDefaults?
    /// Hold every version to `fallback` even while no policy is published.
    package var requiresPolicy: Bool
    /// The roles whose members can approve.
    package var approvingRoles: [Text]
    /// A request in which nothing happens for so many days is over.
    package var requestDays: Int

    package static let defaultRequestDays = 90

    package init(
        fallback: Policy, defaults: TierDefaults? = nil, requiresPolicy: Bool, approvingRoles: [Text], requestDays: Int = defaultRequestDays
    ) {
        self.fallback = fallback
        self.defaults = defaults
        self.requiresPolicy = requiresPolicy
        self.approvingRoles = approvingRoles
        self.requestDays = requestDays
    }

    /// What stands for policies that nobody wrote: for the tier, or for a model that nobody classified.
    package func fallback(for tier: Tier?) -> Policy { defaults?.policy(for: tier) ?? fallback }

    /// As shipped: one approval by someone other than the author for Production, `champion`, `production` and `prod`.
    package static func shipped(requiresPolicy: Bool = false, requestDays: Int = defaultRequestDays) -> GateSettings {
        GateSettings(
            fallback: Policy(
                name: Text(TierDefaults.policyName), version: "1",
                description: "One approval by someone other than the author, before Production or a protected alias.",
                scope: .everyProtectedPlace, approvals: [ApprovalRule(role: nil, quorum: .count(1))]),
            requiresPolicy: requiresPolicy, approvingRoles: ["validator", "compliance"], requestDays: requestDays)
    }
}
