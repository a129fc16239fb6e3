import AssayJSON
import AssayPolicy
import AssayTerms

/// From an entry of the ledger to what webhooks are told of it. Whatever is entered is told, and nothing else is.
struct WebhookNotices {
    private let payload: JSONValue
    /// Whether the model that the entry is about is a prompt, which the registry keeps as a model with a tag.
    private let isPrompt: () throws -> Bool

    /// - Parameter isPrompt: asked only where it matters and the entry does not say.
    static func notices(
        kind: String, payload: JSONValue, isPrompt: @escaping () throws -> Bool
    ) throws -> [WebhookNotice] {
        let notices = WebhookNotices(payload: payload, isPrompt: isPrompt)
        return try notices.change(kind) + notices.letThrough(by: kind)
    }

    private init(payload: JSONValue, isPrompt: @escaping () throws -> Bool) {
        self.payload = payload
        self.isPrompt = isPrompt
    }

    // MARK: - What changed

    private func change(_ kind: String) throws -> [WebhookNotice] {
        switch kind {
        case "model.created": [modelCreated()]
        case "model.tag-set": try isPrompt() ? [notice(.promptTagSet, model().merging(tag()))] : []
        case "model.tag-deleted": try isPrompt() ? [notice(.promptTagDeleted, model().merging(key()))] : []
        case "model.renamed": [notice(.registeredModelRenamed, model().merging(["new_name": payload["to"] ?? .null]))]
        case "model.deleted":
            [notice(.registeredModelDeleted, model().merging(["versions": texts(payload["versions"])]))]
        case "version.registered": [versionCreated()]
        case "version.tag-set":
            [notice(try isPrompt() ? .promptVersionTagSet : .modelVersionTagSet, version().merging(tag()))]
        case "version.tag-deleted":
            [notice(try isPrompt() ? .promptVersionTagDeleted : .modelVersionTagDeleted, version().merging(key()))]
        case "version.deleted": [notice(.modelVersionDeleted, version())]
        case "stage.changed":
            [
                notice(
                    .modelVersionStageUpdated,
                    version().merging([
                        "stage": payload["to"] ?? .null, "previous_stage": payload["from"] ?? .null,
                        "archived_versions": texts(payload["archived"]),
                    ]))
            ]
        case "alias.set":
            [
                notice(
                    try isPrompt() ? .promptAliasCreated : .modelVersionAliasCreated,
                    alias().merging(["version": text(payload["version"])])),
                notice(
                    .modelVersionAliasUpdated,
                    alias().merging([
                        "version": text(payload["version"]), "previous_version": text(payload["from"]),
                    ])),
            ]
        case "alias.deleted":
            [
                notice(try isPrompt() ? .promptAliasDeleted : .modelVersionAliasDeleted, alias()),
                notice(
                    .modelVersionAliasUpdated,
                    alias().merging(["version": .null, "previous_version": text(payload["version"])])),
            ]
        case "request.decided": decided()
        case "approval.given":
            [notice(.promotionRequestApproved, version().merging(["request_id": payload["request"] ?? .null]))]
        default: []
        }
    }

    private func modelCreated() -> WebhookNotice {
        let tags = payload["tags"]?.object ?? [:]
        let isPrompt = Self.marksPrompt(tags)
        // MLflow answers an absent description of a model with empty text, and one of a version with null.
        return notice(
            isPrompt ? .promptCreated : .registeredModelCreated,
            model().merging([
                "tags": .object(isPrompt ? Self.without([Self.promptKey, Self.promptTypeKey], tags) : tags),
                "description": .string(payload["description"]?.string ?? ""),
            ]))
    }

    private func versionCreated() -> WebhookNotice {
        let tags = payload["tags"]?.object ?? [:]
        let description = payload["description"]?.string.flatMap { $0.isEmpty ? nil : JSONValue.string($0) } ?? .null
        guard Self.marksPrompt(tags) else {
            return notice(
                .modelVersionCreated,
                version().merging([
                    "source": payload["source"] ?? .null,
                    "run_id": payload["run"]?.string.flatMap { $0.isEmpty ? nil : JSONValue.string($0) } ?? .null,
                    "tags": .object(tags), "description": description,
                ]))
        }
        return notice(
            .promptVersionCreated,
            version().merging([
                "template": tags[Self.promptTextKey] ?? .null,
                "tags": .object(Self.without([Self.promptKey, Self.promptTypeKey, Self.promptTextKey], tags)),
                "description": description,
            ]))
    }

    // MARK: - What the gate said

    /// An entry about an open request: the gate's answer to it, which is new.
    private func decided() -> [WebhookNotice] {
        let decision = payload["decision"] ?? .null
        let request = version().merging([
            "request_id": payload["request"] ?? .null, "action": payload["action"] ?? .null,
            "target": payload["target"] ?? .null,
        ]).merging(Self.summary(of: decision))
        let isNew = payload["asked"]?.integer == 1
        let told = notice(isNew ? .promotionRequestCreated : .promotionRequestUpdated, request)
        return Self.allows(decision) ? [told] : [told, notice(.gateRefused, request)]
    }

    /// A change that a policy stood before, and that happened.
    private func letThrough(by kind: String) -> [WebhookNotice] {
        guard let gate = payload["gate"], Self.allows(gate) else { return [] }
        let parts = gate["parts"]?.array ?? [gate]
        return parts.filter(Self.restsOnRules).map { part in
            var data = payload["version"] == nil ? model() : version()
            data["change"] = .string(kind)
            data["request_id"] = part["request"] ?? .null
            return notice(.gateAllowed, data.merging(Self.summary(of: part)))
        }
    }

    private static func allows(_ decision: JSONValue) -> Bool {
        decision["decision"]?.string.flatMap(Decision.init)?.allows ?? false
    }

    private static func restsOnRules(_ decision: JSONValue) -> Bool {
        switch decision["basis"]?.string.flatMap(GateOutcome.Basis.init) {
        case .policies, .fallback: true
        case .noPolicy, .notGated, nil: false
        }
    }

    /// The decision, the policies it rests on and what is not met; the whole of it stands in the entry.
    private static func summary(of decision: JSONValue) -> JSONObject {
        let policies = decision["policies"]?.array ?? []
        let reasons = policies.flatMap { $0["reasons"]?.array ?? [] }
        let unmet = reasons.filter { !allows($0) }
        return [
            "decision": decision["decision"] ?? .null,
            "policies": .array(policies.map { pick(["name", "version", "decision"], $0) }),
            "unmet": .array(unmet.map { pick(["requirement", "code", "text"], $0) }),
        ]
    }

    private static func pick(_ names: [String], _ value: JSONValue) -> JSONValue {
        .object(JSONObject(names.compactMap { name in value[name].map { (name, $0) } }))
    }

    // MARK: - Parts

    private func notice(_ event: WebhookEvent, _ data: JSONObject) -> WebhookNotice { WebhookNotice(event: event, data: data) }

    private func model() -> JSONObject { ["name": payload["model"] ?? .null] }
    private func version() -> JSONObject { model().merging(["version": text(payload["version"])]) }
    private func alias() -> JSONObject { model().merging(["alias": payload["alias"] ?? .null]) }
    private func key() -> JSONObject { ["key": payload["key"] ?? .null] }

    private func tag() -> JSONObject {
        let tag = payload["tag"]?.object?.members.first
        return ["key": tag.map { .string($0.name) } ?? .null, "value": tag?.value ?? .null]
    }

    /// MLflow writes numbers of versions as text.
    private func text(_ number: JSONValue?) -> JSONValue { number?.integer.map { .string(String($0)) } ?? .null }
    private func texts(_ numbers: JSONValue?) -> JSONValue { .array((numbers?.array ?? []).map(text)) }

    // MARK: - Prompts

    private static let promptKey = "mlflow.prompt.is_prompt"
    private static let promptTypeKey = "_mlflow_prompt_type"
    private static let promptTextKey = "mlflow.prompt.text"

    static func marksPrompt(_ tags: some Sequence<KeyValue>) -> Bool {
        tags.contains { $0.key.string == promptKey && $0.value.string.lowercased() == "true" }
    }

    private static func marksPrompt(_ tags: JSONObject) -> Bool { tags[promptKey]?.string?.lowercased() == "true" }

    private static func without(_ names: [String], _ object: JSONObject) -> JSONObject {
        var object = object
        for name in names { object.removeValue(named: name) }
        return object
    }
}

extension JSONObject {
    /// With the members of `other` after its own; of equal names the later value.
    fileprivate func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other.members { merged.set(member.name, to: member.value) }
        return merged
    }
}
