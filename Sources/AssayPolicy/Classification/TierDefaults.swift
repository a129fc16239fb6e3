import AssayTerms

/// What each tier asks for by itself: the organisation's answer where no policy is written for a tier.
package struct TierDefaults: Hashable, Sendable {
    package struct Demand: Hashable, Sendable {
        package let approvals: [ApprovalRule]
        package let documents: [RequiredDocument]
        /// After so many months a version that was let in is looked at anew; `nil` where nobody asks for that.
        package let revalidationMonths: Int?
    }

    package let unclassified: Demand
    package let low: Demand
    package let moderate: Demand
    package let high: Demand

    /// - Returns: of an unclassified model for `nil`; that of `high` for a prohibited use, which nothing lets in anyway.
    package subscript(tier: Tier?) -> Demand {
        switch tier {
        case nil: unclassified
        case .low?: low
        case .moderate?: moderate
        case .high?, .prohibited?: high
        }
    }

    /// The demand as the policy that the gate judges by. Its name is nobody else's to publish.
    package func policy(for tier: Tier?) -> Policy {
        let demand = self[tier]
        let name = tier.map { "\(Self.policyName)-\($0.rawValue)" } ?? Self.policyName
        return Policy(
            name: Text(name), version: "1", description: "What the organisation asks for where no policy is written for the tier.",
            scope: .everyProtectedPlace, documents: demand.documents, approvals: demand.approvals)
    }

    package static let policyName = "organisation-default"
}
