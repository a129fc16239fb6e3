import AssayJSON
import AssayStore
package import AssayTerms

/// Aliases and stages: where a version stands. Every change here passes the gate.
extension UseCases {
    /// - Throws: `invalidArgument` for an alias beyond ASCII, which could look like one that is protected and be none;
    ///   `notFound` for the version; the gate's refusal.
    package func setAlias(_ alias: Text, ofModelNamed name: Text, to number: Int64, by actor: Principal) async throws {
        try await store.write { tx in try setAlias(alias, ofModelNamed: name, to: number, by: actor, in: tx) }.get()
    }

    /// The same in a savepoint with other changes. A refusal leaves what the gate wrote of it.
    func setAlias(
        _ alias: Text, ofModelNamed name: Text, to number: Int64, by actor: Principal, in tx: any StoreTransaction
    ) throws -> Result<Void, AssayError> {
        // Looked up first, so that the access log names the version that such an alias was to be put on.
        let version = try tx.existingVersion(number, ofModelNamed: name)
        guard alias.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw AssayError(
                .invalidArgument,
                "Invalid alias name: '\(alias)'. This server takes ASCII letters, digits, underscores and dashes only, so that no alias looks like a protected one.")
        }
        let holder = try Self.holder(of: alias, modelID: version.modelID, name: name, tx)
        guard holder?.id != version.id else { return .success(()) }
        try promotionGate.requireAllowed(.alias(alias, try tx.existingModel(named: name)), by: actor, in: tx)
        return try gated(.setAlias(alias, version, holder: holder), by: actor, in: tx) { basis in
            try tx.setAlias(alias, to: number, ofModel: version.modelID)
            let entryID = try record(
                "alias.set", about: version, and: holder.map { [$0] } ?? [], by: actor,
                [
                    "alias": .string(alias.string), "from": holder.map { .integer($0.number) } ?? .null,
                    "gate": basis,
                ], in: tx)
            return ((), entryID)
        }
    }

    /// An alias that is not there is no error.
    ///
    /// - Throws: `notFound` for the model; the gate's refusal.
    package func deleteAlias(_ alias: Text, ofModelNamed name: Text, by actor: Principal) async throws {
        let outcome: Result<Void, AssayError> = try await store.write { tx in
            let model = try tx.existingModel(named: name)
            guard let holder = try Self.holder(of: alias, modelID: model.id, name: name, tx) else { return .success(()) }
            try promotionGate.requireAllowed(.alias(alias, model), by: actor, in: tx)
            return try gated(.deleteAlias(alias, holder: holder), by: actor, in: tx) { basis in
                _ = try tx.deleteAlias(alias, ofModel: model.id)
                let entryID = try record(
                    "alias.deleted", about: holder, by: actor, ["alias": .string(alias.string), "gate": basis], in: tx)
                return ((), entryID)
            }
        }
        try outcome.get()
    }

    /// The version an alias names; `latest`, in any case of letters, is the one with the highest number.
    ///
    /// - Throws: `notFound` for the model, and for `latest` without versions; `invalidArgument` for an unknown alias, as
    ///   MLflow has it; `conflict` while the tables are not what the log says of the model.
    package func version(ofAlias alias: Text, modelNamed name: Text) async throws -> ModelVersion {
        try await store.read { tx in
            // Asked first: an alias that was taken out of the table is not unknown.
            try requireRecordedWhereGoverned([tx.existingModel(named: name)], tx)
            return try Self.version(ofAlias: alias, modelNamed: name, tx)
        }
    }

    static func version(ofAlias alias: Text, modelNamed name: Text, _ tx: any StoreSnapshot) throws -> ModelVersion {
        let model = try tx.existingModel(named: name)
        if alias.string.lowercased() == "latest" {
            guard let latest = try tx.modelVersions(ofModel: model.id).last else {
                throw AssayError(.notFound, "Latest version not found for model \(name).")
            }
            return latest
        }
        guard let holder = try holder(of: alias, modelID: model.id, name: name, tx) else {
            throw AssayError(.invalidArgument, "Registered model alias \(alias) not found.")
        }
        return holder
    }

    /// Moves the version to `stage`. With `archivingOthers`, every other version in it goes to Archived with the same
    /// entry.
    ///
    /// - Throws: `notFound`; `invalidArgument` if others are to be archived and the stage is neither Staging nor
    ///   Production; the gate's refusal.
    package func moveVersion(
        _ number: Int64, ofModelNamed name: Text, to stage: ModelStage, archivingOthers: Bool, by actor: Principal
    ) async throws -> ModelVersion {
        guard stage.isActive || !archivingOthers else {
            throw AssayError(
                .invalidArgument,
                "Model version transition cannot archive existing model versions because '\(stage.rawValue)' is not an Active stage. Valid stages are ['Staging', 'Production']")
        }
        return try await store.write { tx in
            try moveVersion(number, ofModelNamed: name, to: stage, archivingOthers: archivingOthers, by: actor, in: tx)
        }.get()
    }

    /// The same in a savepoint with other changes. A refusal leaves what the gate wrote of it.
    ///
    /// - Precondition: `stage` is active where others are archived.
    func moveVersion(
        _ number: Int64, ofModelNamed name: Text, to stage: ModelStage, archivingOthers: Bool, by actor: Principal,
        in tx: any StoreTransaction
    ) throws -> Result<ModelVersion, AssayError> {
        let version = try tx.existingVersion(number, ofModelNamed: name)
        let others = archivingOthers
            ? try tx.modelVersions(ofModel: version.modelID).filter { $0.stage == stage && $0.id != version.id } : []
        let now = effects.nowMilliseconds()
        guard version.stage != stage || !others.isEmpty else {
            try tx.setStage(stage, ofVersion: version.id, at: now)
            try tx.touchRegisteredModel(id: version.modelID, at: now)
            return .success(try tx.existingVersion(number, ofModelNamed: name))
        }
        return try gated(.moveToStage(version, stage, archiving: others), by: actor, in: tx) { basis in
            for other in others { try tx.setStage(.archived, ofVersion: other.id, at: now) }
            try tx.setStage(stage, ofVersion: version.id, at: now)
            try tx.touchRegisteredModel(id: version.modelID, at: now)
            let entryID = try record(
                "stage.changed", about: version, and: others, by: actor,
                [
                    "from": .string(version.stage.rawValue), "to": .string(stage.rawValue),
                    "archived": .array(others.map { .integer($0.number) }), "gate": basis,
                ], in: tx)
            return (try tx.existingVersion(number, ofModelNamed: name), entryID)
        }
    }

    static func holder(
        of alias: Text, modelID: String, name: Text, _ tx: any StoreSnapshot
    ) throws -> ModelVersion? {
        guard let number = try tx.version(ofAlias: alias, modelID: modelID) else { return nil }
        return try tx.existingVersion(number, ofModelNamed: name)
    }
}
