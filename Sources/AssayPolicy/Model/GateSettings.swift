package import AssayTerms

/// What an organisation decides once for all models.
package struct GateSettings: Sendable {
    /// What applies to a protected place that no published policy covers.
    package var fallback: Policy
    /// Hold every version to `fallback` even while no policy is published.
    package var requiresPolicy: Bool
    /// The roles whose members can approve.
    package var approvingRoles: [Text]

    package init(fallback: Policy, requiresPolicy: Bool, approvingRoles: [Text]) {
        self.fallback = fallback
        self.requiresPolicy = requiresPolicy
        self.approvingRoles = approvingRoles
    }

    /// As shipped: one approval by someone other than the author for Production, `champion`, `production` and `prod`.
    package static func shipped(requiresPolicy: Bool = false) -> GateSettings {
        GateSettings(
            fallback: Policy(
                name: "organisation-default", version: "1",
                description: "One approval by someone other than the author, before Production or a protected alias.",
                scope: .everyProtectedPlace, approvals: [ApprovalRule(role: nil, quorum: .count(1))]),
            requiresPolicy: requiresPolicy, approvingRoles: ["validator", "compliance"])
    }
}
