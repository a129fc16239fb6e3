/// What kinds of records people sign, each with the evidence codes it serves (reference list: docs/dossier.md).
///
/// This is data: a type decides which evidence a record stands for, whether it ends, and who may not sign it. Nothing else in the
/// program tells the types apart.
package struct RecordType: Hashable, Sendable {
    /// As it is written: `vendor_review`.
    package let word: String
    package let title: String
    /// What it stands for, in the words of the control catalogue; nothing for what is signed for controls alone.
    package let evidence: [String]
    /// Whether an author of what it is about may not sign it.
    package let isIndependent: Bool
    /// A record that says no end is in force for so many days; `nil` until it is withdrawn or superseded.
    package let days: Int64?

    private init(_ word: String, _ title: String, _ evidence: [String], isIndependent: Bool = false, days: Int64? = nil) {
        self.word = word
        self.title = title
        self.evidence = evidence
        self.isIndependent = isIndependent
        self.days = days
    }

    package static func named(_ word: String) -> RecordType? { all.first { $0.word == word } }

    /// Sorted by word. Days are the platform's own defaults, not law: a year for what has to be done again.
    package static let all: [RecordType] = [
        .init("access_review", "who may do what was looked through and is right", ["access_review"], days: 365),
        .init("adverse_action", "a notice of an adverse decision with its reasons", ["adverse_action_pack"]),
        .init("alert_review", "alerts that were raised, and what became of each", ["alert_log"], days: 365),
        .init("attestation", "what a control asks somebody to sign, and nothing else", []),
        .init("bias_audit", "an audit of bias by somebody independent", ["bias_audit_pack"], isIndependent: true, days: 365),
        .init("change", "a change and why it was made", ["change_record"]),
        .init("complaint", "a complaint and what came of it", ["complaint_ticket"]),
        .init("conformity", "a declaration or certificate of conformity", ["conformity_record"]),
        .init("consent", "where consent or another lawful basis is recorded", ["consent_ledger"]),
        .init("contract", "terms with somebody who supplies or processes", ["contract_record"]),
        .init("corrective_action", "what was done so that it does not happen again", ["capa_record"]),
        .init("datasheet", "where data come from and how they were made", ["datasheet"]),
        .init("deidentification", "an expert's opinion that people cannot be told from data", ["deid_report"], isIndependent: true),
        .init("encryption", "how data are encrypted at rest and on their way", ["encryption_status"], days: 365),
        .init("erasure", "data that were deleted, downstream too", ["erasure_log"]),
        .init("impact_assessment", "an assessment of impact on people and their rights", ["impact_assessment"], isIndependent: true),
        .init("inventory_review", "the inventory of models was exported and looked through", ["inventory_export"], days: 365),
        .init("kill_switch_drill", "the switch that stops the model was tried", ["kill_switch_test"], days: 365),
        .init("legal_review", "a lawyer's opinion", ["policy_doc"], isIndependent: true),
        .init("lineage", "from which data, code and models it was made", ["lineage"]),
        .init("logging_review", "what is logged, and that it is kept", ["event_log_config"], days: 365),
        .init("marking_check", "output is marked as made by a machine", ["ai_marking_check"], days: 365),
        .init("model_plan", "what is to be built, from what, and for what", ["tech_doc_bundle"]),
        .init("monitoring_plan", "what is watched after release, and by whom", ["pmm_plan", "monitor_config"]),
        .init("notice", "what people were told, in which words and when", ["notice_record"]),
        .init("override", "a person decided otherwise than the model", ["override_log"]),
        .init("oversight_assignment", "who oversees the model, and that they can", ["oversight_assignment"], days: 365),
        .init("penetration_test", "attacks that were tried, and what they came to", ["adversarial_report"], isIndependent: true, days: 365),
        .init("policy", "a policy that people have read and follow", ["policy_doc"]),
        .init("processing_record", "a record of processing activities", ["ropa_export"]),
        .init("reason_review", "reasons given for decisions, held against the model", ["reason_codes"]),
        .init("registration", "an entry in an authority's register", ["registration_record"]),
        .init("restore_drill", "a backup was restored", ["backup_test"], days: 365),
        .init("retention", "how long what is kept, and that it is enforced", ["retention_setting"], days: 365),
        .init("rollback_drill", "the version before was put back", ["rollback_test"], days: 365),
        .init("subject_request", "what somebody asked about their data, and what came of it", ["dsr_ticket"]),
        .init("supply_chain_scan", "parts of the software, and what is known against them", ["sbom", "vuln_scan"], days: 90),
        .init("training", "who was taught what", ["training_record"], days: 365),
        .init("validation", "the opinion of somebody independent who validated the model", ["validation_report"], isIndependent: true),
        .init("vendor_review", "what was found out about a supplier", ["vendor_record"], days: 365),
        .init("version_comparison", "what differs from the version before, and whether it matters", ["version_diff"]),
    ]

    /// Every evidence code that some record serves, sorted.
    package static let evidenceCodes = Set(all.flatMap(\.evidence)).sorted()
}
