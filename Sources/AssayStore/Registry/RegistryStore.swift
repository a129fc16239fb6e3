package import AssayTerms

/// Registered models and their versions, read. What was deleted is not found, except by id.
package protocol RegistrySnapshot {
    func registeredModel(named name: Text) throws -> RegisteredModel?
    func registeredModel(id: String) throws -> RegisteredModel?
    /// The ids of every model that ever had the name, deleted ones included, in the order they took it.
    func modelIDs(everNamed name: Text) throws -> [String]

    /// Every name the model has or had, sorted.
    func names(ofModel id: String) throws -> [Text]

    func modelVersion(_ number: Int64, ofModelNamed name: Text) throws -> ModelVersion?
    /// Deleted ones too.
    func modelVersion(id: String) throws -> ModelVersion?
    /// All versions that are not deleted, by number.
    func modelVersions(ofModel modelID: String) throws -> [ModelVersion]
    /// The newest version of each stage; stages in the order of their oldest version, as MLflow lists them.
    func latestVersions(ofModel modelID: String) throws -> [ModelVersion]
    func version(ofAlias alias: Text, modelID: String) throws -> Int64?
    /// Whether the version was deleted, or its model was.
    func isDeleted(versionID: String) throws -> Bool
    /// The manifest of a frozen version: canonical JSON.
    func manifest(ofVersion versionID: String) throws -> [UInt8]?
    /// Which versions came from this logged model, in the order they were made.
    func versions(fromLoggedModel modelID: Text) throws -> [ModelVersion]

    /// Attributes `name`; tags. Orders `name` and `last_updated_timestamp`, then by name.
    ///
    /// - Parameter prompts: whether to find prompts only, or everything but prompts.
    func searchRegisteredModels(_ query: SearchQuery, prompts: Bool) throws -> SearchPage<RegisteredModel>
    /// Attributes `name`, `version_number`, `run_id`, `source_path`; tags. Orders `name`, `version_number`,
    /// `creation_timestamp`, `last_updated_timestamp`, then by name and by descending number.
    func searchModelVersions(_ query: SearchQuery, prompts: Bool) throws -> SearchPage<ModelVersion>
}

/// Registered models and their versions, changed. Nothing here asks a gate: that is the use case's part.
package protocol RegistryTransaction: RegistrySnapshot {
    /// - Throws: `alreadyExists` if the name is taken.
    func insertRegisteredModel(_ model: RegisteredModel) throws
    /// - Throws: `alreadyExists` if the name is taken by another model.
    func renameRegisteredModel(id: String, to name: Text, at time: Int64) throws
    func setDescription(_ description: Text?, ofModel id: String, at time: Int64) throws
    func touchRegisteredModel(id: String, at time: Int64) throws
    func setTag(_ tag: KeyValue, ofModel id: String) throws
    /// - Returns: whether there was one.
    func deleteTag(_ key: Text, ofModel id: String) throws -> Bool
    func setAlias(_ alias: Text, to version: Int64, ofModel id: String) throws
    /// - Returns: whether there was one.
    func deleteAlias(_ alias: Text, ofModel id: String) throws -> Bool
    /// Hides the model, its versions and aliases; frees its name.
    func deleteRegisteredModel(id: String, at time: Int64) throws

    /// The number the model's next version gets.
    func nextVersionNumber(ofModel id: String) throws -> Int64
    /// - Parameter manifest: the canonical JSON whose digest `version.content` names; `nil` if it is unfrozen.
    func insertModelVersion(_ version: ModelVersion, manifest: [UInt8]?) throws
    func setDescription(_ description: Text?, ofVersion id: String, at time: Int64) throws
    func setStage(_ stage: ModelStage, ofVersion id: String, at time: Int64) throws
    func setAdmission(_ admission: ModelAdmission, ofVersion id: String, at time: Int64) throws
    func setTag(_ tag: KeyValue, ofVersion id: String) throws
    /// - Returns: whether there was one.
    func deleteTag(_ key: Text, ofVersion id: String) throws -> Bool
    /// Hides the version and takes its aliases away.
    func deleteModelVersion(id: String, at time: Int64) throws
}

extension RegistrySnapshot {
    /// - Throws: `notFound` in MLflow's words.
    package func existingModel(named name: Text) throws -> RegisteredModel {
        guard let model = try registeredModel(named: name) else {
            throw AssayError(.notFound, "Registered Model with name=\(name) not found")
        }
        return model
    }

    /// - Throws: `notFound` in MLflow's words.
    package func existingVersion(_ number: Int64, ofModelNamed name: Text) throws -> ModelVersion {
        guard let version = try modelVersion(number, ofModelNamed: name) else {
            throw AssayError(.notFound, "Model Version (name=\(name), version=\(number)) not found")
        }
        return version
    }
}
