package import AssayTerms

/// Facts about one change, and what the gate has to answer.
package struct PolicyTestCase: Sendable {
    struct Approval: Sendable {
        /// What an approval was given for, where it is not what is asked now.
        enum Change: String, Sendable, CaseIterable {
            case version, files, place, model, policy, evidence, request
        }

        var by: Text
        var daysAgo: Int
        var changes: [Change]
    }

    struct Reason: Hashable, Sendable, CustomStringConvertible {
        var requirement: String
        var code: GateReason.Code
        /// `nil` for any, or none.
        var column: Text?
        var slice: Text?

        func fits(_ reason: GateReason) -> Bool {
            requirement == reason.requirement && code == reason.code && (column == nil || column == reason.column)
                && (slice == nil || slice == reason.slice)
        }

        var description: String {
            "\(requirement)\(column.map { " on \($0)" } ?? "")\(slice.map { " where \($0)" } ?? "") \(code.rawValue)"
        }
    }

    struct Expectation: Sendable {
        var decision: Decision
        var basis: GateOutcome.Basis
        var reasons: [Reason]
        /// Whether `reasons` are all that let nothing through.
        var isExact: Bool
    }

    package var name: Text
    package var position: SourcePosition
    var facts: GateFacts
    var approvals: [Approval]
    var expectation: Expectation
}

extension PolicyTestCase {
    /// What the gate answered, and in what it is not what was expected.
    package struct Outcome: Sendable {
        package var name: Text
        package var position: SourcePosition
        package var expected: Decision
        package var outcome: GateOutcome
        /// Empty where the case holds.
        package var problems: [String]
    }

    /// Asks the gate itself, with `policy` as the only one that is published.
    ///
    /// - Complexity: that of ``Gate/decide(_:)``, twice.
    package func run(_ policy: Policy, settings: GateSettings, catalogue: Catalogue) -> Outcome {
        let gate = Gate(published: [policy], settings: settings, catalogue: catalogue)
        var facts = facts
        // What an approval is bound to is what the gate says without any.
        if let binding = gate.decide(facts).binding {
            facts.approvals = approvals.map { approval in
                let approvedAt = facts.now - Int64(approval.daysAgo) * 86_400
                return GateFacts.Approval(
                    approver: approval.by, name: approval.by, approvedAt: approvedAt,
                    expiresAt: approvedAt + Int64(policy.approvalDays) * 86_400,
                    binding: approval.changes.reduce(into: binding) { $1.apply(to: &$0) })
            }
        }
        let outcome = gate.decide(facts)
        return Outcome(
            name: name, position: position, expected: expectation.decision, outcome: outcome, problems: problems(of: outcome))
    }

    private func problems(of outcome: GateOutcome) -> [String] {
        var problems: [String] = []
        if outcome.basis != expectation.basis {
            problems.append("the answer rests on '\(outcome.basis.rawValue)', not on '\(expectation.basis.rawValue)'")
        }
        if outcome.decision != expectation.decision {
            problems.append("the decision is \(outcome.decision.rawValue), not \(expectation.decision.rawValue)")
        }
        let found = outcome.parts.flatMap(\.reasons)
        guard expectation.isExact else {
            return problems
                + expectation.reasons.filter { reason in !found.contains(where: reason.fits) }.map { "there is no reason \($0)" }
        }
        // Each reason of the gate answers one that is expected, so that the same one twice is two.
        var unmet = found.filter { !$0.decision.allows }
        for reason in expectation.reasons {
            if let index = unmet.firstIndex(where: reason.fits) {
                unmet.remove(at: index)
            } else {
                problems.append("there is no unmet reason \(reason)")
            }
        }
        return problems
            + unmet.map { "the reason \(Reason(requirement: $0.requirement, code: $0.code, column: $0.column, slice: $0.slice)) is not expected" }
    }
}

extension PolicyTestCase.Approval.Change {
    /// Another value where this one stood.
    fileprivate func apply(to binding: inout GateBinding) {
        switch self {
        case .version: binding.version = Text("\(binding.version), another")
        case .files: binding.manifest = PolicyTestFacts.digest("another manifest than \(binding.manifest)")
        case .place: binding.target = Text("\(binding.target), another")
        case .model: binding.model = Text("\(binding.model), another")
        case .policy: binding.policies = [PolicyTestFacts.digest("another policy")]
        case .evidence: binding.claims = [PolicyTestFacts.digest("other evidence")]
        case .request: binding.request = Text("\(binding.request), another")
        }
    }
}
