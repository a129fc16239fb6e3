package import AssayTerms

/// One requirement of a policy and how it stands.
package struct GateReason: Hashable, Sendable {
    /// What the requirement came down to. The raw values are stable.
    package enum Code: String, Sendable, CaseIterable {
        case met
        case limitBroken = "limit-broken"
        case evidenceMissing = "evidence-missing"
        case evidencePending = "evidence-pending"
        case evidenceOutdated = "evidence-outdated"
        case evidenceStale = "evidence-stale"
        case provenanceRefused = "provenance-refused"
        case valueUndefined = "value-undefined"
        case intervalMissing = "interval-missing"
        case groupsTooFew = "groups-too-few"
        case groupTooSmall = "group-too-small"
        case rowsTooFew = "rows-too-few"
        case baselineMissing = "baseline-missing"
        case approvalMissing = "approval-missing"
        case authorAnonymous = "author-anonymous"
        case versionUnfrozen = "version-unfrozen"
        case documentIncomplete = "document-incomplete"
        case recordInDoubt = "record-in-doubt"
        case useProhibited = "use-prohibited"
        case objected
        case conditionOverdue = "condition-overdue"
        case findingOpen = "finding-open"
        case riskAboveAppetite = "risk-above-appetite"
        case evaluationIncomplete = "evaluation-incomplete"
        case recordMissing = "record-missing"
        case monitoringMissing = "monitoring-missing"
        case validationDue = "validation-due"
        case shadowMissing = "shadow-missing"
        case declarationMissing = "declaration-missing"
        case reasonTableMissing = "reason-table-missing"
    }

    /// What a check measured, where it did.
    package struct Measurement: Hashable, Sendable {
        package var result: CheckResult
        package var provenance: Provenance
        package var claim: SHA256Digest
        package var dataset: Envelope.Input?
        /// Whether the policy names the data set by digest; otherwise the author chose it.
        package var isDatasetPinned: Bool
        /// The baseline's value, for a comparison.
        package var baseline: Double?
    }

    package var decision: Decision
    package var code: Code
    /// The check's id (with what it looks at in the run as `column`), a document's name, or `approvals`, `objections`, `conditions`,
    /// `author`, `version`, `tier`, `record`, `findings`,
    /// `risks`, `risk-evaluation`, `monitoring`, `shadow`, `reasons`, `validation`, or an evidence code.
    package var requirement: String
    package var column: Text?
    /// The condition on the rows that the check looks at, beside that of the policy's data.
    package var slice: Text?
    /// As written in the policy: `max 0.1`.
    package var limit: String?
    package var measurement: Measurement?
    /// One sentence for people: what stands and what was asked.
    package var text: String
    /// What to do, or `nil` where the requirement is met.
    package var remedy: String?

    package init(
        decision: Decision, code: Code, requirement: String, column: Text? = nil, slice: Text? = nil, limit: String? = nil,
        measurement: Measurement? = nil, text: String, remedy: String? = nil
    ) {
        self.decision = decision
        self.code = code
        self.requirement = requirement
        self.column = column
        self.slice = slice
        self.limit = limit
        self.measurement = measurement
        self.text = text
        self.remedy = remedy
    }
}
