package import AssayTerms

/// A gate's answer for one change: the worst of its policies, each with its reasons in the policy's order.
package struct GateOutcome: Hashable, Sendable {
    package enum Basis: String, Sendable, CaseIterable {
        /// Nothing is published and nothing is required: the registry behaves as MLflow's.
        case noPolicy = "no-policy"
        /// Policies are published, none gates this change, and the place is not protected.
        case notGated = "not-gated"
        /// No published policy gates the change; the organisation's default does.
        case fallback = "default"
        case policies
    }

    package struct Part: Hashable, Sendable {
        package var policy: Text
        package var policyVersion: Text
        package var digest: SHA256Digest
        package var decision: Decision
        package var reasons: [GateReason]

        package init(
            policy: Text, policyVersion: Text, digest: SHA256Digest, decision: Decision, reasons: [GateReason]
        ) {
            self.policy = policy
            self.policyVersion = policyVersion
            self.digest = digest
            self.decision = decision
            self.reasons = reasons
        }
    }

    package var basis: Basis
    package var decision: Decision
    package var parts: [Part]
    /// What an approval given now is bound to; `nil` for a version that is not frozen.
    package var binding: GateBinding?
    /// Those whose approvals were counted, sorted: the promotion uses their approvals up.
    package var approvers: [Text]

    package init(basis: Basis, decision: Decision, parts: [Part], binding: GateBinding?, approvers: [Text]) {
        self.basis = basis
        self.decision = decision
        self.parts = parts
        self.binding = binding
        self.approvers = approvers
    }

    package var unmet: [GateReason] { parts.flatMap { $0.reasons.filter { !$0.decision.allows } } }
}
