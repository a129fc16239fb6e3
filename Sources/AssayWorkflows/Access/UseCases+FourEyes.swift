import AssayCanonical
import AssayJSON
package import AssayStore
package import AssayTerms

/// Changes that take two people.
///
/// Where somebody else may confirm a change, it is not made but proposed, and made when one of them confirms it. Where nobody
/// else may, it is made at once: a small installation begins with one administrator, and the moment there is a second one, one
/// of them alone can change nothing of this any more, the other's roles included. Somebody whose account is out of use counts
/// until their role is taken away.
extension UseCases {
    package static let proposalMilliseconds: Int64 = 14 * 86_400_000

    /// The proposal that waits now, or `nil` if the change was made.
    ///
    /// - Throws: what making it throws, also where it waits: a change that could not be made is not proposed.
    func changeOrPropose(
        _ change: GuardedChange, by actor: Principal, in tx: any StoreTransaction
    ) throws -> Proposal? {
        try Self.require(change.proposingVerb, actor)
        try requireUnrestricted(actor, for: "This change")
        try requireFreshLogin(actor, for: "This change")
        try check(change, in: tx)
        // Accounts out of use count: one person can put them there and back, and would be alone meanwhile.
        let others = try tx.users().filter { $0.id != actor.id && $0.principal.reach(change.verb).isTotal }
        if others.isEmpty {
            // Who may only propose changes nothing alone either.
            try Self.require(change.verb, actor)
            try make(change, by: actor, confirming: nil, in: tx)
            return nil
        }
        var proposed = change.json.object ?? [:]
        proposed[Self.standingName] = try standing(change, in: tx)
        let content = try JSONValue.object(proposed).canonicalBytes()
        let now = effects.nowMilliseconds()
        if let same = try tx.openProposals(atMilliseconds: now).first(where: {
            $0.kind == change.kind && $0.content == content && $0.proposerID == actor.id
        }) { return same }
        let proposal = Proposal(
            id: effects.newID(), kind: change.kind, verb: change.verb, content: content, proposerID: actor.id,
            proposerName: actor.name, createdMilliseconds: now, expiresMilliseconds: now + Self.proposalMilliseconds)
        try tx.insertProposal(proposal)
        try record(proposal, "proposal.made", by: actor, in: tx)
        return proposal
    }

    /// What waits for a second person, oldest first.
    ///
    /// - Throws: `permissionDenied` for people who may confirm nothing.
    package func proposals(by actor: Principal) async throws -> [Proposal] {
        let now = effects.nowMilliseconds()
        return try await store.read { try $0.openProposals(atMilliseconds: now) }.filter { Self.mayConfirm($0.verb, actor) }
    }

    /// Makes a change that somebody else proposed.
    ///
    /// - Throws: `notFound` for an unknown proposal; `conflict` for one that is over, or whose proposer may not ask for it any
    ///   more; `permissionDenied` for its proposer and for people without the right; what making the change throws.
    package func confirmProposal(id: String, by actor: Principal) async throws -> Proposal {
        try refuseInDoubt("A confirmation")
        return try await store.write { tx in
            let proposal = try openProposal(id, tx)
            guard Self.mayConfirm(proposal.verb, actor) else { throw Self.unknownProposal(id) }
            try requireUnrestricted(actor, for: "A confirmation")
            try requireFreshLogin(actor, for: "A confirmation")
            guard proposal.proposerID != actor.id else {
                throw AssayError(
                    .permissionDenied, "\(actor.name) proposed this; it takes a second person with the permission '\(proposal.verb.rawValue)'.")
            }
            let change = try GuardedChange(proposal)
            guard try Self.holders(of: change.proposingVerb, in: tx).contains(where: { $0.id == proposal.proposerID }) else {
                throw AssayError(
                    .conflict, "\(proposal.proposerName), who proposed this, has no right to any more. Somebody who has proposes it anew.")
            }
            guard try JSONValue(parsing: proposal.content)[Self.standingName] == standing(change, in: tx) else {
                throw AssayError(
                    .conflict, "What this would change has changed since it was proposed. Withdraw it, and propose it anew: assay role withdraw \(id)")
            }
            try tx.closeProposal(id: id, .confirmed, by: actor.id, at: effects.nowMilliseconds())
            try record(proposal, "proposal.confirmed", by: actor, in: tx)
            try make(change, by: actor, confirming: proposal, in: tx)
            return proposal
        }
    }

    /// Takes a proposal back, or refuses it.
    ///
    /// - Throws: `notFound` for an unknown proposal, `conflict` for one that is over.
    package func withdrawProposal(id: String, by actor: Principal) async throws {
        try await store.write { tx in
            let proposal = try openProposal(id, tx)
            guard Self.mayConfirm(proposal.verb, actor) else { throw Self.unknownProposal(id) }
            try tx.closeProposal(id: id, .withdrawn, by: actor.id, at: effects.nowMilliseconds())
            try record(proposal, "proposal.withdrawn", by: actor, in: tx)
        }
    }

    // MARK: - Parts

    static func require(_ verb: Permission, _ actor: Principal) throws(AssayError) {
        guard mayConfirm(verb, actor) else {
            throw AssayError(.permissionDenied, "This needs a named person with the permission '\(verb.rawValue)' on everything.")
        }
    }

    private static func mayConfirm(_ verb: Permission, _ actor: Principal) -> Bool {
        actor.isNamed && actor.reach(verb).isTotal
    }

    static func holders(of verb: Permission, in tx: any StoreSnapshot) throws -> [UserRecord] {
        try tx.users().filter { $0.holds(verb) }
    }

    private func openProposal(_ id: String, _ tx: any StoreSnapshot) throws -> Proposal {
        guard let proposal = try tx.proposal(id: id) else { throw Self.unknownProposal(id) }
        guard proposal.state == .open else {
            throw AssayError(.conflict, "The proposal \(id) was \(proposal.state.rawValue) already.")
        }
        guard effects.nowMilliseconds() < proposal.expiresMilliseconds else {
            throw AssayError(.conflict, "The proposal \(id) waited too long. Propose it anew.")
        }
        return proposal
    }

    private static func unknownProposal(_ id: String) -> AssayError {
        AssayError(.notFound, "There is no proposal \(id.prefix(64)) for you to confirm. List them with: assay role proposals")
    }

    private func record(
        _ proposal: Proposal, _ kind: String, by actor: Principal, in tx: any StoreTransaction
    ) throws {
        let topic = LedgerTopic.proposal(proposal.id)
        try record(
            kind: kind, by: actor, topics: [topic, LedgerTopic.user(proposal.proposerID)], domain: topic,
            payload: [
                "proposal": .string(proposal.id), "kind": .string(proposal.kind), "verb": .string(proposal.verb.rawValue),
                "change": try JSONValue(parsing: proposal.content), "proposed_by": .string(proposal.proposerID),
            ], in: tx)
    }

    /// Where a proposal keeps what it would replace.
    private static let standingName = "before"

    /// What the change would replace: whoever confirms it agrees to the change from there, not from wherever things are by then.
    private func standing(_ change: GuardedChange, in tx: any StoreSnapshot) throws -> JSONValue {
        switch change {
        case .define(let definition): try Self.grants(of: definition.role, tx)
        case .delete(let role): try Self.grants(of: role, tx)
        case .setRoles(_, let userID): try tx.user(id: userID).map { Self.json($0.roles) } ?? .null
        // One word each, which the confirmer reads whole.
        case .classify, .retainAccessLog: .null
        // Whatever else is in force by then counts only where it changes in what this asks for less.
        case .publish(let draft):
            [
                "version": try tx.policiesInForce().first { $0.name == draft.name }.map { .string($0.version.string) } ?? .null,
                "asks_less": .array(try publisher().loosenings(draft, in: tx).map { .string($0) }),
            ]
        case .publishQuestionnaire(let draft):
            [
                "number": try tx.questionnaireInForce().map { .integer($0.number) } ?? .null,
                "asks_less": .array(try easings(of: draft, in: tx).map { .string($0) }),
            ]
        case .classifyModel(let draft): try tx.classification(modelID: draft.modelID).map { .integer($0.number) } ?? .null
        }
    }

    private static func grants(of role: Role, _ tx: any StoreSnapshot) throws -> JSONValue {
        try tx.role(role).map { .array($0.grants.map(GuardedChange.json)) } ?? .null
    }

    private func check(_ change: GuardedChange, in tx: any StoreSnapshot) throws {
        switch change {
        case .define(let definition): try checkDefinition(definition, in: tx)
        case .delete(let role): try checkDeletion(of: role, in: tx)
        case .setRoles(let roles, let userID): try checkRoles(roles, ofUser: userID, in: tx)
        case .classify(let name, _): try Self.checkDatasetName(name)
        case .retainAccessLog(let days): try Self.checkRetention(days)
        case .publish(let draft): try publisher().check(draft, in: tx)
        case .publishQuestionnaire(let draft): try checkQuestionnaire(draft, in: tx)
        case .classifyModel(let draft): _ = try outcome(of: draft, in: tx)
        }
    }

    private func make(
        _ change: GuardedChange, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        try check(change, in: tx)
        switch change {
        case .define(let definition): try define(definition, by: actor, confirming: proposal, in: tx)
        case .delete(let role): try delete(role, by: actor, confirming: proposal, in: tx)
        case .setRoles(let roles, let userID): try setRoles(roles, ofUser: userID, by: actor, confirming: proposal, in: tx)
        case .classify(let name, let datasetClass): try classify(name, datasetClass, by: actor, confirming: proposal, in: tx)
        case .retainAccessLog(let days): try retainAccessLog(days: days, by: actor, confirming: proposal, in: tx)
        case .publish(let draft): try publisher().publish(draft, by: actor, confirming: proposal, in: tx)
        case .publishQuestionnaire(let draft): try publishQuestionnaire(draft, by: actor, confirming: proposal, in: tx)
        case .classifyModel(let draft): try classify(draft, by: actor, confirming: proposal, in: tx)
        }
    }

    private func publisher() throws(AssayError) -> any PolicyPublisher {
        guard let policyPublisher else { throw AssayError(.unsupported, "Policies are published by a running server only.") }
        return policyPublisher
    }

    /// What an entry says of the proposal it carries out.
    static func payload(_ object: JSONObject, confirming proposal: Proposal?) -> JSONValue {
        var object = object
        object["proposal"] = proposal.map { .string($0.id) }
        object["proposed_by"] = proposal.map { .string($0.proposerID) }
        return .object(object)
    }
}
