import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// What policies say of a version while it is served.
extension Governance {
    /// The rules of the policies that let a version into its places, as they were published then. A decision without a published policy
    /// has the rules of one that says nothing.
    ///
    /// - Throws: `corrupt` for a stored policy that is not what was published; `conflict` where the table is not what the log says.
    func servingRules(_ placements: [Placement], _ tx: any StoreSnapshot) throws -> ServingRules {
        var rules: [ServingRules] = []
        var hasSpoken = false
        for placement in placements {
            let parts = (try? JSONValue(parsing: placement.detail))?["policies"]?.array ?? []
            if parts.isEmpty { rules.append(ServingRules()) }
            for part in parts {
                guard let name = part["name"]?.string, let version = part["version"]?.string,
                    let record = try tx.policy(name: Text(name), version: Text(version)), record.digest.hex == part["digest"]?.string
                else {
                    rules.append(ServingRules())
                    continue
                }
                let policy = try compiled(record)
                if policy.serving != ServingRules() { hasSpoken = true }
                rules.append(policy.serving)
            }
        }
        // What is signed has to rest on what was published, and not on a row that somebody changed.
        if hasSpoken { try useCases.requirePublishedPolicies(tx) }
        return ServingRules(strictest: rules)
    }

    /// What the policies in force say of explanations and single predictions in the places that a rollout's candidate answers in. It never
    /// outlives its statement.
    func servingRules(_ rollout: Rollout, _ version: GovernedVersion, _ tx: any StoreSnapshot) throws -> ServingRules {
        let gate = try gate(tx)
        let tier = try tier(tx, of: version)
        let policies = rollout.document.targets.flatMap { gate.applicable(names: [version.model], tier: tier, target: $0).policies }
        let rules = ServingRules(strictest: policies.map(\.serving))
        return ServingRules(explanations: rules.explanations, predictions: rules.predictions, reasons: rules.reasons)
    }
}
