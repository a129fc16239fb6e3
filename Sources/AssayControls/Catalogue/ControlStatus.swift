/// What kind of rule a control is, and where it stands.
package enum ControlStatus: String, Sendable, CaseIterable {
    case inForce = "in_force"
    /// Law that does not apply yet.
    case enactedFuture = "enacted_future"
    case guidance = "guidance_nonbinding"
    case voluntaryStandard = "voluntary_standard"
    case proposed
    case repealed
    case underRescission = "under_rescission"
}
