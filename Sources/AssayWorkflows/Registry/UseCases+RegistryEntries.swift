import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms

/// What the entries of the registry have in common.
extension UseCases {
    /// An entry about a model as a whole.
    @discardableResult
    func record(
        _ kind: String, about model: RegisteredModel, by actor: Principal, _ payload: JSONObject = [:],
        id: String? = nil, in tx: any StoreTransaction
    ) throws -> String {
        var payload = payload
        payload["model"] = .string(model.name.string)
        payload["model_id"] = .string(model.id)
        return try record(
            id: id, kind: kind, by: actor, topics: [LedgerTopic.model(model.id)], domain: LedgerTopic.model(model.id),
            payload: .object(payload), in: tx)
    }

    /// An entry about one version, whose files are the subject if they are frozen.
    @discardableResult
    func record(
        _ kind: String, about version: ModelVersion, and others: [ModelVersion] = [], by actor: Principal,
        _ payload: JSONObject = [:], id: String? = nil, in tx: any StoreTransaction
    ) throws -> String {
        var payload = payload
        payload["model"] = .string(version.modelName.string)
        payload["model_id"] = .string(version.modelID)
        payload["version"] = .integer(version.number)
        payload["version_id"] = .string(version.id)
        if let manifest = version.content.manifestDigest { payload["manifest"] = .string(manifest.hex) }
        return try record(
            id: id, kind: kind, by: actor,
            subjects: version.content.manifestDigest.map { [LedgerLeaf.Subject(type: "manifest", digest: $0)] } ?? [],
            topics: [LedgerTopic.model(version.modelID)] + ([version] + others).map { LedgerTopic.version($0.id) },
            domain: LedgerTopic.model(version.modelID), payload: .object(payload), in: tx)
    }

    /// Asks the gate; if it allows, makes the change, records its entry and lets the gate finish.
    func gated<Value>(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction,
        _ make: (_ basis: JSONValue) throws -> (value: Value, entryID: String)
    ) throws -> Result<Value, AssayError> {
        try gated(change, by: actor, in: tx) { (leave: PromotionLeave) in try make(leave.basis) }
    }

    /// The same for what needs more of the leave than what its entry says.
    func gated<Value>(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction,
        _ make: (PromotionLeave) throws -> (value: Value, entryID: String)
    ) throws -> Result<Value, AssayError> {
        switch try promotionGate.decide(change, by: actor, in: tx) {
        case .refused(let refusal): return .failure(refusal)
        case .allowed(let leave):
            let (value, entryID) = try make(leave)
            try leave.finish(tx, entryID)
            return .success(value)
        }
    }

    /// Closes what was asked for versions that are being deleted, and sets the approvals aside that waited: what is made under the
    /// same name and number later begins anew. Before the deletion, while whoever deletes can still see the model.
    ///
    /// - Parameter basis: the gate's; the requests it rests on are closed by the gate itself.
    /// - Returns: the approvals that were set aside, for the entry.
    func closeRequests(
        ofModelNamed name: Text, versions: Set<Int64>, besides basis: JSONValue, _ tx: any StoreTransaction
    ) throws -> JSONValue {
        let own = Set(([basis] + (basis["parts"]?.array ?? [])).compactMap { $0["request"]?.string })
        var voided: [JSONValue] = []
        for var request in try tx.requests(state: .open, model: name, limit: .max)
        where versions.contains(Int64(request.version)) && !own.contains(request.id) {
            for approval in try tx.approvals(requestID: request.id) where approval.state == .standing {
                try tx.setApprovalState(.void, id: approval.id)
                voided.append(["approval": .string(approval.id), "request": .string(request.id)])
            }
            request.state = .void
            request.updatedMilliseconds = effects.nowMilliseconds()
            try tx.updateRequest(request)
        }
        return .array(voided)
    }

    static func json(_ pairs: [KeyValue]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.key.string, .string($0.value.string)) }))
    }

    static func json(_ text: Text?) -> JSONValue { text.map { .string($0.string) } ?? .null }
}
