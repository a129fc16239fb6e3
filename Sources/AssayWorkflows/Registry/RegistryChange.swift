package import AssayTerms

/// A change of what stands where, as a gate is asked about it. Nothing has been changed yet when it is asked.
package enum RegistryChange: Sendable {
    /// The version moves to `stage`; those in `archiving` leave that stage for Archived with the same change.
    case moveToStage(ModelVersion, ModelStage, archiving: [ModelVersion])
    /// The alias comes to name the version; `holder` is the one it names now.
    case setAlias(Text, ModelVersion, holder: ModelVersion?)
    case deleteAlias(Text, holder: ModelVersion)
    /// `versions` are all of the model's.
    case renameModel(RegisteredModel, to: Text, versions: [ModelVersion])
    case deleteModel(RegisteredModel, versions: [ModelVersion])
    case deleteVersion(ModelVersion)
    /// The version has been made in this savepoint and stands nowhere yet. `copiedFrom` is the version whose files it has.
    case register(ModelVersion, copiedFrom: ModelVersion?)
}
