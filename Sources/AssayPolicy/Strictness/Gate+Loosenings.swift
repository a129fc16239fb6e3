extension Gate {
    /// In what the gate would ask for less, or might, once `policy` is in force: against the version of that name that is, and,
    /// where it reaches changes which that one did not, against the organisation's default, which steps back from them.
    ///
    /// Empty while nothing is published and nothing required: then every policy asks for more.
    package func loosenings(publishing policy: Policy) -> [Loosening] {
        let before = published.first { $0.name == policy.name }
        var found = before.map { PolicyStrictness.compare($0, policy, approvingRoles: settings.approvingRoles) } ?? []
        guard !published.isEmpty || settings.requiresPolicy else { return found }
        let reachesMore = before.map { !PolicyStrictness.compare(policy.scope, $0.scope).isEmpty } ?? true
        let places = settings.fallback(for: nil).scope
        let takesOver =
            places.stages.contains { policy.scope.gates(.stage($0)) } || places.aliases.contains { policy.scope.gates(.alias($0)) }
        guard reachesMore, takesOver, policy.isGate else { return found }
        // A policy that names tiers takes the place of what these ask for; one that names none, of what unclassified models meet.
        let tiers: [Tier?] = settings.defaults == nil || policy.scope.tiers.isEmpty ? [nil] : policy.scope.tiers
        for tier in tiers {
            var fallback = settings.fallback(for: tier)
            fallback.scope = policy.scope
            for loosening in PolicyStrictness.compare(fallback, policy, approvingRoles: settings.approvingRoles) {
                let name = tier.map { " for the tier \($0.rawValue)" } ?? ""
                found.append(Loosening(loosening.part, "in place of the organisation's default\(name): \(loosening.text)"))
            }
        }
        return found
    }
}
