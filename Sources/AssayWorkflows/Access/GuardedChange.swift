package import AssayJSON
import AssayStore
package import AssayTerms

/// A change that takes two people where there are two: as data, so that it can wait for the second one.
package enum GuardedChange: Hashable, Sendable {
    /// Makes a role, or gives one that an organisation made other grants.
    case define(RoleDefinition)
    case delete(Role)
    /// The roles a user holds from then on.
    case setRoles([Role], userID: String)
    /// The class a data set is of from then on; `nil` for none.
    case classify(Text, DatasetClass?)
    /// For how many days the access log is kept; `nil` for ever.
    case retainAccessLog(days: Int64?)
    /// A policy that asks for less than what is in force.
    case publish(PolicyDraft)
    /// What a model is used for, where that asks for less than before or is said by whoever made it.
    case classifyModel(ClassificationDraft)
    /// A questionnaire that asks for less than the one in force.
    case publishQuestionnaire(QuestionnaireDraft)

    /// What the two must be allowed to do.
    package var verb: Permission {
        switch self {
        case .define, .delete, .setRoles: .manageRoles
        case .classify: .classify
        case .retainAccessLog: .setRetention
        case .publish, .publishQuestionnaire: .setThreshold
        case .classifyModel: .classifyModel
        }
    }

    /// What whoever proposes it must be allowed to do; ``verb`` for most.
    package var proposingVerb: Permission {
        switch self {
        // Those who work on a model know what it is for; somebody else decides.
        case .classifyModel: .request
        case .define, .delete, .setRoles, .classify, .retainAccessLog, .publish, .publishQuestionnaire: verb
        }
    }

    /// Its name where it is stored.
    package var kind: String {
        switch self {
        case .define: "role.define"
        case .delete: "role.delete"
        case .setRoles: "user.set-roles"
        case .classify: "dataset.classify"
        case .retainAccessLog: "access.retain"
        case .publish: "policy.publish"
        case .classifyModel: "model.classify"
        case .publishQuestionnaire: "questionnaire.publish"
        }
    }

    var json: JSONValue {
        switch self {
        case .define(let definition):
            [
                "role": .string(definition.role.rawValue), "title": .string(definition.title.string),
                "grants": .array(definition.grants.map(Self.json)),
            ]
        case .delete(let role): ["role": .string(role.rawValue)]
        case .setRoles(let roles, let userID): ["user": .string(userID), "roles": UseCases.json(roles)]
        case .classify(let name, let datasetClass):
            ["dataset": .string(name.string), "to": datasetClass.map { .string($0.rawValue) } ?? .null]
        case .retainAccessLog(let days): ["days": days.map { .integer($0) } ?? .null]
        case .publish(let draft):
            [
                "policy": .string(draft.name.string), "version": .string(draft.version.string), "digest": .string(draft.digest.hex),
                "text": .string(draft.source.string),
            ]
        case .classifyModel(let draft): draft.json
        case .publishQuestionnaire(let draft): draft.json
        }
    }

    /// - Throws: `corrupt` for what ``json`` did not write.
    init(_ proposal: Proposal) throws {
        let corrupt = AssayError(.corrupt, "The proposal \(proposal.id) in the database cannot be read. Run `assay doctor`.")
        guard let json = try? JSONValue(parsing: proposal.content) else { throw corrupt }
        let role = json["role"]?.string.flatMap(Role.init)
        switch proposal.kind {
        case "role.define":
            guard let role, let grants = json["grants"]?.array, let title = json["title"]?.string else { throw corrupt }
            self = .define(
                RoleDefinition(
                    role, title: Text(title),
                    try grants.map { value in
                        let verbs = value["verbs"]?.array?.map { $0.string.flatMap(Permission.init) } ?? []
                        guard let effect = value["effect"]?.string.flatMap(Grant.Effect.init), !verbs.isEmpty,
                            !verbs.contains(nil), let resource = value["resource"]?.string
                        else { throw corrupt }
                        return Grant(effect, verbs.compactMap { $0 }, on: try Resource(Text(resource)))
                    }))
        case "role.delete":
            guard let role else { throw corrupt }
            self = .delete(role)
        case "user.set-roles":
            guard let user = json["user"]?.string, let names = json["roles"]?.array?.compactMap(\.string) else { throw corrupt }
            let roles = names.compactMap(Role.init)
            guard roles.count == names.count else { throw corrupt }
            self = .setRoles(roles, userID: user)
        case "dataset.classify":
            guard let name = json["dataset"]?.string else { throw corrupt }
            var datasetClass: DatasetClass?
            if let word = json["to"]?.string {
                guard let known = DatasetClass(rawValue: word) else { throw corrupt }
                datasetClass = known
            }
            self = .classify(Text(name), datasetClass)
        case "access.retain": self = .retainAccessLog(days: json["days"]?.integer)
        case "policy.publish":
            guard let name = json["policy"]?.string, let version = json["version"]?.string, let text = json["text"]?.string,
                let digest = json["digest"]?.string.flatMap({ SHA256Digest(hex: $0) })
            else { throw corrupt }
            self = .publish(PolicyDraft(name: Text(name), version: Text(version), digest: digest, source: Text(text)))
        case "model.classify":
            guard let draft = ClassificationDraft(json) else { throw corrupt }
            self = .classifyModel(draft)
        case "questionnaire.publish":
            guard let draft = QuestionnaireDraft(json) else { throw corrupt }
            self = .publishQuestionnaire(draft)
        default: throw corrupt
        }
    }

    package static func json(_ grant: Grant) -> JSONValue {
        [
            "effect": .string(grant.effect.rawValue), "verbs": .array(grant.verbs.map { .string($0.rawValue) }),
            "resource": .string(grant.resource.text.string),
        ]
    }
}
