package import AssayPolicy
package import AssayStore
import AssayTerms

extension ClassificationRecord {
    /// The tier the gate asks for: the stricter of the two axes. `nil` while no classification holds, which asks for what every
    /// tier asks for, but that what was prohibited stays so until somebody classifies it otherwise.
    ///
    /// - Throws: `corrupt` for a tier that there is not.
    package func gateTier() throws -> Tier? {
        guard let heldTier else { return nil }
        guard let tier = Tier(rawValue: heldTier.string) else {
            throw AssayError(.corrupt, "The database holds a classification of an unknown tier. Run `assay doctor`.")
        }
        return result != nil || tier == .prohibited ? tier : nil
    }
}

extension Governance {
    /// How much depends on a version, by the use its model is classified for; `nil` while it is not.
    ///
    /// A classification belongs to a model and outlives its renaming; files that are copied to another model bring none along. They
    /// bring strictness along: where another model has or had the same files, the strictest of what both are classified as
    /// counts, so that no copy eases anything.
    func tier(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> Tier? {
        let own = try tx.classification(modelID: version.modelID)?.gateTier()
        guard let manifest = version.frozenManifest else { return own }
        let others = try tx.classifications(manifest: manifest).filter { $0.modelID != version.modelID }
        let strictest = try others.compactMap { try $0.gateTier() }.max()
        guard let own else { return strictest == .prohibited ? .prohibited : nil }
        return max(own, strictest ?? own)
    }

    /// What a refusal adds where the policies of all tiers were asked.
    static func unclassified(_ model: Text) -> String {
        "\(model) is not classified for what it is used for now, so the policies of every tier apply; classify it: assay model classify \(ShellText.quoted(model.string)) --answers FILE"
    }
}
