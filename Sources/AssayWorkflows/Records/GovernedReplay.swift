import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms

/// The state that the log's entries lead to, taken one after the other. Pure: no store, no clock.
///
/// An entry whose payload was erased, or lacks what is needed, makes what it is about unknown: such facts are compared with
/// nothing, and entries about everything else count as before.
struct GovernedReplay {
    /// The kinds of entries that decide something the tables repeat.
    private enum Kind: String {
        case userCreated = "user.created"
        case rolesChanged = "user.roles-changed"
        case userDisabled = "user.disabled"
        case userEnabled = "user.enabled"
        case passwordSet = "user.password-set"
        case subjectLinked = "user.linked"
        case tokenCreated = "token.created"
        case tokenRevoked = "token.revoked"
        case modelCreated = "model.created"
        case modelRenamed = "model.renamed"
        case modelDeleted = "model.deleted"
        case versionRegistered = "version.registered"
        case versionDeleted = "version.deleted"
        case versionAdmission = "version.admission"
        case requestExpired = "request.expired"
        case stageChanged = "stage.changed"
        case aliasSet = "alias.set"
        case aliasDeleted = "alias.deleted"
        case policyPublished = "policy.published"
        case approvalGiven = "approval.given"
        case versionAdopted = "version.adopted"
        case trainingRegistered = "training.registered"
        case modelImported = "model.imported"
        case versionImported = "version.imported"
        case stageImported = "stage.imported"
        case aliasImported = "alias.imported"
        case roleDefined = "role.defined"
        case roleDeleted = "role.deleted"
        case shareSet = "share.set"
        case datasetClassified = "dataset.classified"
        case proposalMade = "proposal.made"
        case proposalConfirmed = "proposal.confirmed"
        case proposalWithdrawn = "proposal.withdrawn"
        case accessSealed = "access.sealed"
        case accessErased = "access.erased"
        case accessRetentionSet = "access.retention-set"
        case evaluatorAdded = "evaluator.added"
        case evaluatorRemoved = "evaluator.removed"
        case modelClassified = "model.classified"
        case purposeChanged = "model.purpose-changed"
        case objectionRaised = "objection.raised"
        case objectionWithdrawn = "objection.withdrawn"
        case conditionMet = "condition.met"
        case delegationGiven = "delegation.given"
        case delegationRevoked = "delegation.revoked"
        case questionnairePublished = "questionnaire.published"
    }

    struct Model {
        var versions: [Int64: String] = [:]
        var aliases: Set<Text> = []
        /// Places that versions were let into, by the version's id.
        var targets: [Text: Set<Text>] = [:]
    }

    private struct Approval {
        let id: String
        let approver: String
        let binding: SHA256Digest
    }

    var facts: [GovernedFact: Text] = [:]
    /// Topics of which some entry cannot be read.
    private var unknown: Set<Text> = []
    /// Those that are not deleted, by id.
    var models: [Text: Model] = [:]
    /// Placements whose entry says too little of the gate's leave.
    var unknownPlacements: Set<GovernedFact> = []
    /// Approvals that stand, by the id of their request.
    private var standing: [Text: [Approval]] = [:]
    private var policyCount = 0
    var hasPolicies: Bool { policyCount > 0 }
    var impossible: [Impossible] = []

    /// Whether entries of the kind decide something.
    static func reads(_ kind: String) -> Bool { Kind(rawValue: kind) != nil || isPaper(kind) }

    /// Whether the entries say enough of the fact to compare it.
    func knows(_ fact: GovernedFact) -> Bool {
        !unknownPlacements.contains(fact) && unknown.isDisjoint(with: Self.topics(of: fact))
    }

    /// - Parameters:
    ///   - id: of the entry.
    ///   - payload: `nil` once erased.
    mutating func apply(_ id: String, kind name: String, by actorID: String, about topics: [String], payload: JSONValue?) {
        if Self.isPaper(name) {
            if let payload, setPaper(payload), useApprovals(payload["content"] ?? .null) { return }
        } else {
            guard let kind = Kind(rawValue: name) else { return }
            if let payload, apply(kind, payload, entryID: id, by: actorID) { return }
        }
        unknown.formUnion(topics.map { Text($0) })
    }

    /// - Returns: whether the payload had what it needs.
    private mutating func apply(_ kind: Kind, _ payload: JSONValue, entryID: String, by actorID: String) -> Bool {
        switch kind {
        case .userCreated: setRoles(payload["user"], payload["roles"]) && setAccount(payload, isDisabled: false)
        case .userDisabled: setAccount(payload, isDisabled: true) && voidApprovals(payload)
        case .userEnabled: setAccount(payload, isDisabled: false)
        case .passwordSet: setPassword(payload)
        case .subjectLinked: link(payload)
        case .rolesChanged: setRoles(payload["user"], payload["to"])
        case .tokenCreated: setToken(payload, isRevoked: false)
        case .tokenRevoked: setToken(payload, isRevoked: true)
        case .modelCreated, .modelImported: setName(payload, payload["model"])
        case .modelRenamed: setName(payload, payload["to"]) && useApprovals(payload)
        case .modelDeleted: deleteModel(payload) && useApprovals(payload) && voidApprovals(payload)
        case .versionRegistered: setStage(payload, "None") && setVersion(payload) && admit(payload, entryID) && useApprovals(payload)
        case .versionAdmission: admit(payload, entryID) && useApprovals(payload)
        case .requestExpired: expireRequest(payload)
        // A version that was deleted at its source never stands in the tables.
        case .versionImported: payload["deleted"]?.bool == true || setStage(payload, "None") && setVersion(payload)
        case .versionDeleted: deleteVersion(payload) && useApprovals(payload) && voidApprovals(payload)
        case .stageChanged: changeStage(payload) && place(payload, stage: payload["to"], entryID) && useApprovals(payload)
        case .stageImported: setStage(payload, payload["to"]?.string) && place(payload, stage: payload["to"], entryID) && useApprovals(payload)
        case .aliasSet, .aliasImported: setAlias(payload) && place(payload, alias: payload["alias"], entryID) && useApprovals(payload)
        case .aliasDeleted: deleteAlias(payload) && useApprovals(payload)
        case .policyPublished: publish(payload, by: payload["proposed_by"]?.string ?? actorID)
        case .approvalGiven: approve(payload, entryID) && setConditions(ofApproval: payload)
        case .versionAdopted: adopt(payload)
        case .trainingRegistered: setTrainers(payload)
        case .roleDefined: defineRole(payload)
        case .roleDeleted: deleteRole(payload)
        case .shareSet: setShare(payload)
        case .datasetClassified: classify(payload)
        case .proposalMade: setProposal(payload, .open)
        case .proposalConfirmed: setProposal(payload, .confirmed)
        case .proposalWithdrawn: setProposal(payload, .withdrawn)
        case .accessSealed: setAccessSegment(payload)
        case .accessErased: eraseAccessSegment(payload)
        case .accessRetentionSet: setAccessRetention(payload)
        case .evaluatorAdded: setEvaluator(payload, isRemoved: false)
        case .evaluatorRemoved: setEvaluator(payload, isRemoved: true)
        case .objectionRaised: raiseObjection(payload)
        case .objectionWithdrawn: withdrawObjection(payload)
        case .conditionMet: meetCondition(payload)
        case .delegationGiven: setDelegation(payload, isRevoked: false)
        case .delegationRevoked: setDelegation(payload, isRevoked: true)
        case .questionnairePublished: setQuestionnaire(payload, by: payload["proposed_by"]?.string ?? actorID)
        case .modelClassified, .purposeChanged: setClassification(payload, by: payload["proposed_by"]?.string ?? actorID)
        }
    }

    private static func topics(of fact: GovernedFact) -> Set<Text> {
        let topics: [String]
        switch fact {
        case .roles(let user), .account(let user), .password(let user), .token(_, let user), .subject(_, _, let user): topics = [LedgerTopic.user(user)]
        case .name(let model): topics = [LedgerTopic.model(model)]
        case .stage(let version, let model), .admission(let version, let model), .version(let version, let model), .placement(let version, let model, _):
            topics = [LedgerTopic.version(version), LedgerTopic.model(model)]
        case .alias(_, let model): topics = [LedgerTopic.model(model)]
        case .policy(let name, _): topics = [LedgerTopic.policy(name)]
        case .approval(_, let request): topics = [LedgerTopic.request(request)]
        case .adoption(let version), .trainedBy(let version): topics = [LedgerTopic.version(version)]
        case .role(let role): topics = [LedgerTopic.role(role)]
        case .share(let object, let user): topics = [LedgerTopic.shared(object), LedgerTopic.user(user)]
        case .datasetClass(let name): topics = [LedgerTopic.dataset(name)]
        case .proposal(let id): topics = [LedgerTopic.proposal(id)]
        case .accessSegment, .accessRetention: topics = [LedgerTopic.accessLog]
        case .paper(let id): topics = [LedgerTopic.paper(id)]
        case .evaluator(let name): topics = [LedgerTopic.evaluator(name)]
        case .objection(_, let request), .condition(_, let request): topics = [LedgerTopic.request(request)]
        case .delegation(_, let user): topics = [LedgerTopic.user(user)]
        case .classification(let model, _): topics = [LedgerTopic.model(model)]
        case .questionnaire: topics = [LedgerTopic.questionnaires]
        }
        return Set(topics.map { Text($0) })
    }

    // MARK: - People

    private mutating func setRoles(_ user: JSONValue?, _ roles: JSONValue?) -> Bool {
        guard let user = user?.string, let roles = roles?.array else { return false }
        facts[.roles(userID: user)] = GovernedFact.Value.roles(roles.compactMap(\.string))
        return true
    }

    /// Entries made before credentials were told apart by who made them say nothing of it.
    private mutating func setToken(_ payload: JSONValue, isRevoked: Bool) -> Bool {
        guard let token = payload["token"]?.string, let user = payload["user"]?.string else { return false }
        let expires = payload["expires"]?.integer
        guard isRevoked || expires != nil else { return false }
        facts[.token(id: token, userID: user)] = GovernedFact.Value.token(
            expires: expires ?? 0, isRevoked: isRevoked, verbs: payload["verbs"]?.string, login: payload["login"]?.integer,
            isMadeByAnother: payload["by_another"]?.bool ?? false)
        return true
    }

    /// Entries made before there were accounts of programs say nothing of a kind.
    private mutating func setAccount(_ payload: JSONValue, isDisabled: Bool) -> Bool {
        guard let user = payload["user"]?.string else { return false }
        facts[.account(userID: user)] = GovernedFact.Value.account(
            kind: payload["kind"]?.string ?? "person", isDisabled: isDisabled)
        return true
    }

    private mutating func setPassword(_ payload: JSONValue) -> Bool {
        guard let user = payload["user"]?.string, let digest = payload["hash_digest"]?.string else { return false }
        facts[.password(userID: user)] = GovernedFact.Value.password(
            digest: digest, isMadeByAnother: payload["by_another"]?.bool ?? false)
        return true
    }

    private mutating func link(_ payload: JSONValue) -> Bool {
        guard let user = payload["user"]?.string, let issuer = payload["issuer"]?.string,
            let subject = payload["subject"]?.string
        else { return false }
        facts[.subject(Text(subject), issuer: Text(issuer), userID: user)] = "linked"
        return true
    }

    private static func credential(_ payload: JSONValue) -> String? {
        if let key = payload["key"]?.string { return Hex.decode(key).map { Hex.encode($0) } }
        guard let workflow = payload["workflow"], let pin = try? WorkflowPinJSON.pin(from: workflow),
            let digest = try? WorkflowPinJSON.digest(of: pin)
        else { return nil }
        return GovernedFact.Value.workflow(digest)
    }

    private mutating func setEvaluator(_ payload: JSONValue, isRemoved: Bool) -> Bool {
        guard let name = payload["name"]?.string, let owner = payload["owner"]?.string,
            let credential = Self.credential(payload)
        else { return false }
        facts[.evaluator(name: Text(name))] = GovernedFact.Value.evaluator(
            credential: credential, owner: owner, isRemoved: isRemoved)
        return true
    }

    // MARK: - Models

    private mutating func setName(_ payload: JSONValue, _ name: JSONValue?) -> Bool {
        guard let model = payload["model_id"]?.string, let name = name?.string else { return false }
        facts[.name(modelID: model)] = Text(name)
        if models[Text(model)] == nil { models[Text(model)] = Model() }
        return true
    }

    private mutating func deleteModel(_ payload: JSONValue) -> Bool {
        guard let id = payload["model_id"]?.string else { return false }
        facts[.name(modelID: id)] = nil
        guard let model = models.removeValue(forKey: Text(id)) else { return true }
        for version in model.versions.values { forget(version, of: id, model.targets[Text(version)] ?? []) }
        for alias in model.aliases { facts[.alias(alias, modelID: id)] = nil }
        return true
    }

    private mutating func setStage(_ payload: JSONValue, _ stage: String?) -> Bool {
        guard let model = payload["model_id"]?.string, let version = payload["version_id"]?.string,
            let number = payload["version"]?.integer, let stage
        else { return false }
        models[Text(model), default: Model()].versions[number] = version
        facts[.stage(versionID: version, modelID: model)] = Text(stage)
        return true
    }

    /// Entries of versions that no policy gated say nothing of it.
    mutating func setAdmission(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let version = payload["version_id"]?.string else { return false }
        facts[.admission(versionID: version, modelID: model)] = payload["admission"]?.string.map { Text($0) }
        return true
    }

    private mutating func changeStage(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let archived = payload["archived"]?.array else { return false }
        for number in archived {
            guard let number = number.integer, let version = models[Text(model)]?.versions[number] else { return false }
            facts[.stage(versionID: version, modelID: model)] = Text(ModelStage.archived.rawValue)
        }
        return setStage(payload, payload["to"]?.string)
    }

    private mutating func deleteVersion(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let version = payload["version_id"]?.string,
            let number = payload["version"]?.integer
        else { return false }
        forget(version, of: model, models[Text(model)]?.targets.removeValue(forKey: Text(version)) ?? [])
        models[Text(model)]?.versions[number] = nil
        for alias in models[Text(model)]?.aliases ?? []
        where facts[.alias(alias, modelID: model)] == GovernedFact.Value.alias(number) {
            facts[.alias(alias, modelID: model)] = nil
            models[Text(model)]?.aliases.remove(alias)
        }
        return true
    }

    private mutating func setAlias(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let alias = payload["alias"]?.string,
            let number = payload["version"]?.integer
        else { return false }
        models[Text(model), default: Model()].aliases.insert(Text(alias))
        facts[.alias(Text(alias), modelID: model)] = GovernedFact.Value.alias(number)
        return true
    }

    private mutating func deleteAlias(_ payload: JSONValue) -> Bool {
        guard let model = payload["model_id"]?.string, let alias = payload["alias"]?.string else { return false }
        models[Text(model)]?.aliases.remove(Text(alias))
        facts[.alias(Text(alias), modelID: model)] = nil
        return true
    }

    private mutating func adopt(_ payload: JSONValue) -> Bool {
        guard let version = payload["version_id"]?.string, let adopter = payload["adopter"]?.string else { return false }
        facts[.adoption(versionID: version)] = Text(adopter)
        return true
    }

    private mutating func setTrainers(_ payload: JSONValue) -> Bool {
        // Entries of before said nothing of authors, and the tables say nothing of them either.
        guard let authors = payload["authors"] else { return true }
        guard let version = payload["version_id"]?.string, let ids = authors.array?.compactMap(\.string) else { return false }
        facts[.trainedBy(versionID: version)] = ids.isEmpty ? nil : GovernedFact.Value.people(ids)
        return true
    }

    // MARK: - Policies and approvals

    private mutating func publish(_ payload: JSONValue, by publisher: String) -> Bool {
        policyCount += 1
        guard let name = payload["name"]?.string, let version = payload["version"]?.string,
            let digest = payload["digest"]?.string
        else { return false }
        facts[.policy(name: Text(name), version: Text(version))] = GovernedFact.Value.policy(
            digest, by: publisher, place: policyCount)
        return true
    }

    /// A person's newer approval of a request takes the place of the one that stood.
    private mutating func approve(_ payload: JSONValue, _ entryID: String) -> Bool {
        guard let id = payload["approval"]?.string, let approver = payload["approver"]?.string,
            let binding = payload["binding"], let request = binding["request"]?.string,
            let bytes = try? binding.canonicalBytes()
        else { return false }
        let approval = Approval(id: id, approver: approver, binding: SHA256Hasher.digest(of: bytes))
        for earlier in standing[Text(request)] ?? [] where earlier.approver == approver { set(.void, earlier, request) }
        standing[Text(request)]?.removeAll { $0.approver == approver }
        standing[Text(request), default: []].append(approval)
        set(.standing, approval, request)
        holdAgainstRoles(approver: approver, entryID: entryID)
        return true
    }

    /// An account that is put out of use, and what is deleted, take the approvals along that wait; entries from before that was so
    /// name none.
    private mutating func voidApprovals(_ payload: JSONValue) -> Bool {
        for item in payload["voided"]?.array ?? [] {
            guard let id = item["approval"]?.string, let request = item["request"]?.string else { return false }
            for approval in standing[Text(request)] ?? [] where approval.id == id { set(.void, approval, request) }
            standing[Text(request)]?.removeAll { $0.id == id }
        }
        return true
    }

    /// A change that a request let through uses up the approvals it names, and voids the request's others.
    mutating func useApprovals(_ payload: JSONValue) -> Bool {
        guard let gate = payload["gate"] else { return true }
        for part in gate["parts"]?.array ?? [gate] {
            guard let request = part["request"]?.string else { continue }
            guard let used = part["approvals"]?.array?.compactMap(\.string) else { return false }
            for approval in standing.removeValue(forKey: Text(request)) ?? [] {
                set(used.contains(approval.id) ? .used : .void, approval, request)
            }
        }
        return true
    }

    /// Nobody came back to the request: what was approved of it counts no more.
    private mutating func expireRequest(_ payload: JSONValue) -> Bool {
        guard let request = payload["request"]?.string else { return false }
        for approval in standing.removeValue(forKey: Text(request)) ?? [] { set(.void, approval, request) }
        return true
    }

    private mutating func set(_ state: ApprovalRecord.State, _ approval: Approval, _ request: String) {
        facts[.approval(id: approval.id, requestID: request)] = GovernedFact.Value.approval(
            state.rawValue, by: approval.approver, binding: approval.binding)
    }
}
