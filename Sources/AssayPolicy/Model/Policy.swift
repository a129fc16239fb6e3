package import AssayTerms

/// A compiled policy: every default written out, limits as their author wrote them.
///
/// A published policy never changes; its digest is over its canonical text. See docs/policy.md for the language.
package struct Policy: Hashable, Sendable {
    package static let format = "policy/v1"
    package static let defaultApprovalDays = 90
    package static let defaultBlockingFindings: [Severity] = [.critical]
    /// What `records` may name.
    package static let recordWords = RecordType.evidenceCodes + [DossierJudge.riskEvaluation.string]

    package var name: Text
    package var version: Text
    /// Why the policy is as it is, for people; part of the digest.
    package var description: Text?
    /// What it was written on top of; all that was inherited stands in the other fields.
    package var extends: PolicyExtension?
    package var scope: PolicyScope
    package var data: PolicyData?
    /// What evidence may come from, strongest first.
    package var accept: [Provenance]
    /// Of each check some statement must be younger than so many days, or than its own days where they are fewer.
    package var freshDays: Int?
    /// Evaluators outside of the server whose evidence counts, by name, in the order written.
    package var evaluators: [Text]
    package var checks: [PolicyCheck]
    /// What the run itself has to say, in the order written.
    package var declared: [DeclaredCheck]
    /// What people must have put on record: evidence codes of ``RecordType``, and `risk-evaluation` for a complete one.
    package var records: [Text]
    /// What a signed monitoring plan has to watch, in the order written.
    package var monitoring: [PolicyMonitor]
    /// What the version must have shown beside the one that holds the place.
    package var shadow: PolicyShadow?
    /// What holds of the version while it is served.
    package var serving = ServingRules()
    /// Open findings of these severities block at once; any other one from its due date on. Critical ones are always here.
    package var blockingFindings: [Severity]
    /// What has to be complete, in the order of the cases.
    package var documents: [RequiredDocument]
    package var approvals: [ApprovalRule]
    /// What may not be changed of tags and aliases, in the order written.
    package var mutations: [MutationRule]
    /// Whether the author of a version never counts among those who approve it.
    package var separatesDuties: Bool
    package var approvalDays: Int

    package init(
        name: Text, version: Text, description: Text? = nil, extends: PolicyExtension? = nil, scope: PolicyScope = PolicyScope(),
        data: PolicyData? = nil, accept: [Provenance] = [.recomputed], freshDays: Int? = nil, evaluators: [Text] = [], checks: [PolicyCheck] = [],
        declared: [DeclaredCheck] = [],
        records: [Text] = [], monitoring: [PolicyMonitor] = [], blockingFindings: [Severity] = defaultBlockingFindings, documents: [RequiredDocument] = [],
        approvals: [ApprovalRule] = [], mutations: [MutationRule] = [],
        separatesDuties: Bool = true, approvalDays: Int = defaultApprovalDays
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.extends = extends
        self.scope = scope
        self.data = data
        self.accept = accept
        self.freshDays = freshDays
        self.evaluators = evaluators
        self.checks = checks
        self.declared = declared
        self.records = records
        self.monitoring = monitoring
        self.blockingFindings = blockingFindings
        self.documents = documents
        self.approvals = approvals
        self.mutations = mutations
        self.separatesDuties = separatesDuties
        self.approvalDays = approvalDays
    }

    /// Whether it asks for anything of a version that enters a place; one that has rules of mutations alone stands before none.
    package var isGate: Bool {
        mutations.isEmpty || !checks.isEmpty || !declared.isEmpty || !records.isEmpty || !monitoring.isEmpty || !documents.isEmpty || !approvals.isEmpty
            || shadow != nil || blockingFindings != Self.defaultBlockingFindings
    }

    /// The fewer of the policy's days and the check's own.
    package func freshDays(of check: PolicyCheck) -> Int? {
        guard let freshDays, let own = check.freshDays else { return check.freshDays ?? freshDays }
        return min(freshDays, own)
    }

    /// The checks, each with the days that count for it.
    var datedChecks: [PolicyCheck] {
        checks.map { check in
            var dated = check
            dated.freshDays = freshDays(of: check)
            return dated
        }
    }

    /// `consumer-credit 2`.
    package var title: String { "\(name) \(version)" }
}
