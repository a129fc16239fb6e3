/// A verb: what a route asks of its caller, and what a grant allows or denies. Every route declares exactly one; a route
/// without one does not exist. The raw values are stored and stand in the log.
package enum Permission: String, Sendable, CaseIterable {
    /// Health and version: everyone, at any time. Nobody grants it.
    case open
    /// Runs, models, evidence, requests, the published log.
    case read
    /// The bytes of data sets classed `raw-personal`.
    case readSensitive = "read_sensitive"
    /// Create and change experiments, runs and artifacts.
    case log
    /// Create and change registered models and versions; the gate decides about stages and aliases.
    case register
    /// Delete and restore experiments, runs, artifacts, registered models and versions.
    case delete
    /// Say who else may work on one experiment or model.
    case share
    /// Say what class a data set is of.
    case classify
    /// Say what a model is used for and of which tier that makes it; easing it takes two people.
    case classifyModel = "classify_model"
    /// Ask for a promotion.
    case request
    /// Take responsibility for anonymous work.
    case adopt
    case publish
    /// Publish a policy that asks for less than the one in force; four eyes.
    case setThreshold = "set_threshold"
    case approve
    case waive
    /// State something on record: sign a record, open a finding, report an incident.
    case attest
    /// Read payloads and the access log.
    case audit
    /// How long the access log is kept; four eyes.
    case setRetention = "set_retention"
    /// Users, tokens and webhooks.
    case administer
    /// Roles and who holds them; four eyes.
    case manageRoles = "manage_roles"

    // Verbs of the roles that no route asks for yet. They can be granted, so that roles need no change once one does.
    case editDraft = "edit_draft"
    case runEval = "run_eval"
    case deploy
    case rollback
    case kill
    case legalHold = "legal_hold"
    case exportEvidence = "export_evidence"
    case fileReport = "file_report"
    /// Say what was seen of served models: a gateway's own, so that nobody who wants a version let in counts for it.
    case observe

    /// What a grant may name, sorted.
    package static let grantable = allCases.filter { $0 != .open }.sorted { $0.rawValue < $1.rawValue }

    /// What only a person can do, by a credential that nobody else made: neither a program's account, whatever its roles, nor
    /// a first password or token.
    package static let personal: Set<Permission> = [
        .request, .adopt, .attest, .publish, .setThreshold, .approve, .waive, .classify, .classifyModel, .setRetention, .administer,
        .manageRoles, .legalHold,
    ]

    /// Of a verb as people write it: its raw value, or `submit` for `request`.
    package init?(word: Text) {
        guard let verb = word == "submit" ? .request : Permission(rawValue: word.string), verb != .open else { return nil }
        self = verb
    }

    /// The names of permissions, in one order.
    package static func list(_ permissions: Set<Permission>) -> String {
        permissions.map(\.rawValue).sorted().joined(separator: " ")
    }
}
