import AssayJSON
import AssayStore
import AssayTerms

/// Stages and aliases, which pass the gate as always. The local operator passes none that a policy keeps, so what is
/// protected stays free, and each such place is named.
extension StoreImport {
    /// Gives versions the places they have at the source. One that was changed here keeps what it has.
    func takePlaces(_ brought: [Brought], of model: SourceModel, _ tx: any StoreTransaction) throws {
        // What gives an alias up goes before what takes it.
        for version in brought where version.isUntouched {
            guard let ours = try tx.modelVersion(id: version.id) else { continue }
            let wanted = Set(Self.aliases(of: version.version, model))
            for alias in ours.aliases where !wanted.contains(alias) { try release(alias, ours, tx) }
        }
        for version in brought {
            let withheld = try takePlaces(version, of: model, tx)
            guard let now = try tx.modelVersion(id: version.id) else { continue }
            try tx.noteImported(
                ImportedVersion(
                    versionID: now.id, digest: Self.digest(version.version, of: model), here: RecordParts(now).digest,
                    withheld: withheld))
        }
    }

    /// - Returns: the places it did not get.
    private func takePlaces(_ brought: Brought, of model: SourceModel, _ tx: any StoreTransaction) throws -> [Text] {
        guard let ours = try tx.modelVersion(id: brought.id) else { return [] }
        let version = brought.version
        var withheld: [Text] = []
        if brought.isUntouched, ours.stage != version.stage, try !move(ours, to: version.stage, at: version.lastUpdateTime, tx) {
            withheld.append(Text("stage \(version.stage.rawValue)"))
        }
        for alias in Self.aliases(of: version, model) where !ours.aliases.contains(alias) {
            let holder = try tx.version(ofAlias: alias, modelID: ours.modelID)
            // Somebody gave it to another version here.
            if holder != nil, !brought.isUntouched { continue }
            // It could be taken for a protected one; the verification says so, each time.
            guard alias.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            if try !set(alias, on: ours, tx) { withheld.append(Text("alias \(alias)")) }
        }
        return withheld
    }

    private func move(_ version: ModelVersion, to stage: ModelStage, at time: Int64, _ tx: any StoreTransaction) throws -> Bool {
        let outcome: Result<Void, AssayError> = try useCases.gated(
            .moveToStage(version, stage, archiving: []), by: .localOperator, in: tx
        ) { basis in
            try tx.setStage(stage, ofVersion: version.id, at: time)
            let entry = try useCases.record(
                "stage.imported", about: version, by: .localOperator,
                ["from": .string(version.stage.rawValue), "to": .string(stage.rawValue), "gate": basis], in: tx)
            return ((), entry)
        }
        return isAllowed(outcome)
    }

    private func set(_ alias: Text, on version: ModelVersion, _ tx: any StoreTransaction) throws -> Bool {
        let holder = try UseCases.holder(of: alias, modelID: version.modelID, name: version.modelName, tx)
        let outcome: Result<Void, AssayError> = try useCases.gated(
            .setAlias(alias, version, holder: holder), by: .localOperator, in: tx
        ) { basis in
            try tx.setAlias(alias, to: version.number, ofModel: version.modelID)
            let entry = try useCases.record(
                "alias.imported", about: version, and: holder.map { [$0] } ?? [], by: .localOperator,
                [
                    "alias": .string(alias.string), "from": holder.map { .integer($0.number) } ?? .null, "gate": basis,
                ], in: tx)
            return ((), entry)
        }
        return isAllowed(outcome)
    }

    /// Taken away at the source since.
    private func release(_ alias: Text, _ holder: ModelVersion, _ tx: any StoreTransaction) throws {
        let outcome: Result<Void, AssayError> = try useCases.gated(
            .deleteAlias(alias, holder: holder), by: .localOperator, in: tx
        ) { basis in
            _ = try tx.deleteAlias(alias, ofModel: holder.modelID)
            let entry = try useCases.record(
                "alias.deleted", about: holder, by: .localOperator, ["alias": .string(alias.string), "gate": basis], in: tx)
            return ((), entry)
        }
        if !isAllowed(outcome) {
            report.noteWithheld(
                "\(holder.modelName) version \(holder.number) has the alias \(alias) here and not at its source any more: a policy guards it")
        }
    }

    private func isAllowed(_ outcome: Result<Void, AssayError>) -> Bool {
        if case .success = outcome { true } else { false }
    }
}
