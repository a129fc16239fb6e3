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
    package var scope: PolicyScope
    package var data: PolicyData?
    /// What evidence may come from, strongest first.
    package var accept: [Provenance]
    /// Evaluators outside of the server whose evidence counts, by name, in the order written.
    package var evaluators: [Text]
    package var checks: [PolicyCheck]
    /// What people must have put on record: evidence codes of ``RecordType``, and `risk-evaluation` for a complete one.
    package var records: [Text]
    /// Open findings of these severities block at once; any other one from its due date on. Critical ones are always here.
    package var blockingFindings: [Severity]
    /// What has to be complete, in the order of the cases.
    package var documents: [RequiredDocument]
    package var approvals: [ApprovalRule]
    /// Whether the author of a version never counts among those who approve it.
    package var separatesDuties: Bool
    package var approvalDays: Int

    package init(
        name: Text, version: Text, description: Text? = nil, scope: PolicyScope = PolicyScope(),
        data: PolicyData? = nil, accept: [Provenance] = [.recomputed], evaluators: [Text] = [], checks: [PolicyCheck] = [],
        records: [Text] = [], blockingFindings: [Severity] = defaultBlockingFindings, documents: [RequiredDocument] = [],
        approvals: [ApprovalRule] = [], separatesDuties: Bool = true, approvalDays: Int = defaultApprovalDays
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.scope = scope
        self.data = data
        self.accept = accept
        self.evaluators = evaluators
        self.checks = checks
        self.records = records
        self.blockingFindings = blockingFindings
        self.documents = documents
        self.approvals = approvals
        self.separatesDuties = separatesDuties
        self.approvalDays = approvalDays
    }

    /// `consumer-credit 2`.
    package var title: String { "\(name) \(version)" }
}
