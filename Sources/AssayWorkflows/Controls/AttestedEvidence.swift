package import AssayControls
package import AssayStore

/// Where evidence codes come from that people sign for: whatever keeps such records tells coverage of them, by code, signer and days.
package protocol AttestedEvidence: Sendable {
    /// What was signed about the version, its model, or the organisation. Whether it counts on a day is for coverage to say.
    func attestations(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [ControlFacts.Attestation]
}
