/// What the registry keeps about a version beside evidence, as far as controls ask for it.
package enum RecordKind: String, Sendable, CaseIterable {
    /// A named person approved this version.
    case approval
    /// Somebody approved who is no author.
    case separatedApproval = "separated-approval"
    /// The gate let this version into a protected place by a policy.
    case gateDecision = "gate-decision"
    /// Somebody asked for a change of this version.
    case request
    /// A signed statement can be given of the version's files and places.
    case deploymentStatement = "deployment-statement"
    /// The log holds the version's entries, and the tables agree with it.
    case log
    /// Who may do what, as the log tells.
    case roles
    /// Somebody answered for what the model is used for, prohibited practices among it.
    case classification
    /// The version was let into a place, and the day from which it is looked at anew is known and has not come.
    case revalidation
    /// The model card has no missing field.
    case modelCard = "model-card"
    /// The register has risks of the model.
    case risk
    /// Incidents with the model are recorded.
    case incident
}
