import AssayPolicy
package import AssayStore
package import AssayTerms

/// Rules of policies about who changes what of tags and aliases.
extension Governance {
    package func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) throws {
        // An alias is a place, whose own gate refuses it with an entry of its own where the table is not what was published.
        let gate = if case .alias = change { try gateAsStored(tx) } else { try gate(tx) }
        guard gate.published.contains(where: { !$0.mutations.isEmpty }) else { return }
        var (model, mutation) = try mutation(change, by: actor, tx)
        // Whoever has no name may do no more than anybody who has one.
        if !actor.isNamed { mutation.roles = Set(gate.published.flatMap(\.mutations).map(\.role)) }
        let tier = try tx.classification(modelID: model.id)?.gateTier()
        // Under whichever name: a rename there and back is no way around a rule. A prohibited use meets every rule.
        let names = try tx.names(ofModel: model.id)
        guard let why = gate.refusal(of: mutation, names: names, tier: tier == .prohibited ? nil : tier) else { return }
        throw AssayError(.permissionDenied, why)
    }

    private func mutation(
        _ change: TagChange, by actor: Principal, _ tx: any StoreSnapshot
    ) throws -> (RegisteredModel, RegistryMutation) {
        let roles = Set(actor.roles.map { Text($0.rawValue) })
        func texts(_ tags: [KeyValue]) -> [Text: Text] { Dictionary(tags.map { ($0.key, $0.value) }) { first, _ in first } }
        func made(
            _ resource: MutationRule.Resource, of model: RegisteredModel, _ tags: [KeyValue], alias: Text? = nil, key: Text? = nil, value: Text? = nil
        ) -> (RegisteredModel, RegistryMutation) {
            let aliases = Dictionary(model.aliases.map { ($0.alias, Text(String($0.version))) }) { first, _ in first }
            return (
                model,
                RegistryMutation(resource: resource, roles: roles, alias: alias, tagKey: key, tagValue: value, tags: texts(tags), aliases: aliases)
            )
        }
        func model(of version: ModelVersion) throws -> RegisteredModel { try tx.existingModel(named: version.modelName) }
        switch change {
        case .setModelTag(let model, let tag): return made(.registeredModel, of: model, model.tags, key: tag.key, value: tag.value)
        case .deleteModelTag(let model, let key): return made(.registeredModel, of: model, model.tags, key: key)
        case .setVersionTag(let version, let tag):
            return made(.modelVersion, of: try model(of: version), version.tags, key: tag.key, value: tag.value)
        case .deleteVersionTag(let version, let key): return made(.modelVersion, of: try model(of: version), version.tags, key: key)
        case .alias(let alias, let model): return made(.registeredModel, of: model, model.tags, alias: alias)
        }
    }
}
