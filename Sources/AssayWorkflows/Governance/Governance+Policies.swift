import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// What became of a policy that somebody published.
    package struct Publication: Sendable {
        package let name: Text
        package let version: Text
        package let digest: SHA256Digest
        /// The policy as it stands; `nil` where it waits for a second person.
        package let published: PublishedPolicy?
        /// What waits; its change says in what the policy asks for less.
        package let waiting: Proposal?
    }

    /// Publishes a policy and asks for the evidence it needs of the versions it applies to.
    ///
    /// The same text a second time changes nothing and answers the version that stands. A policy that asks for less than what
    /// is in force, or is not shown to ask for as much (``PolicyStrictness``), waits for a second person where there is one.
    ///
    /// - Parameter source: the policy file, UTF-8.
    /// - Throws: `permissionDenied` for people without the right; `invalidArgument` listing every problem with line and
    ///   column; `alreadyExists` if name and version are taken by another text; `conflict` if a later version of that name
    ///   is published.
    package func publish(_ source: [UInt8], by principal: Principal) async throws -> Publication {
        guard principal.isNamed, principal.may(.publish) else {
            throw AssayError(
                .permissionDenied, "Publishing a policy needs a named person with the role validator or compliance.")
        }
        try useCases.refuseInDoubt("A policy")
        guard let text = Text(utf8: source) else { throw AssayError(.invalidArgument, "The policy is no UTF-8 text.") }
        let policy = try await store.read { try self.read(source, $0) }
        let draft = PolicyDraft(name: policy.name, version: policy.version, digest: policy.digest, source: text)
        var publishing = useCases
        publishing.policyPublisher = self
        return try await store.write { [publishing] tx in
            func publication(waiting: Proposal? = nil) throws -> Publication {
                Publication(
                    name: draft.name, version: draft.version, digest: draft.digest,
                    published: try tx.policy(name: draft.name, version: draft.version), waiting: waiting)
            }
            if let standing = try tx.policy(name: policy.name, version: policy.version), standing.digest == policy.digest {
                return try publication()
            }
            try check(policy, in: tx)
            guard try gate(tx).loosenings(publishing: policy).isEmpty else {
                return try publication(waiting: publishing.changeOrPropose(.publish(draft), by: principal, in: tx))
            }
            try publish(draft, by: principal, confirming: nil, in: tx)
            return try publication()
        }
    }

    /// All published versions in the order of publication.
    package func policies() async throws -> [PublishedPolicy] { try await store.read { try $0.policies() } }

    /// The policy as its author wrote it, on top of what it extends, which has to be published.
    func read(_ source: [UInt8], _ tx: any StoreSnapshot) throws -> Policy {
        let base = try PolicyReader.base(of: source).flatMap { try tx.policy(name: $0.name, version: $0.version) }.map { try compiled($0) }
        do throws(PolicyProblems) {
            return try PolicyReader.read(source, catalogue: catalogue, base: base)
        } catch {
            throw error.error(file: "policy")
        }
    }

    private func read(_ draft: PolicyDraft, _ tx: any StoreSnapshot) throws -> Policy {
        let policy = try read(Array(draft.source.utf8), tx)
        guard policy.digest == draft.digest, policy.name == draft.name, policy.version == draft.version else {
            throw AssayError(.conflict, "The policy \(draft.name) \(draft.version) reads otherwise than when it was proposed. Propose it anew.")
        }
        return policy
    }

    private func check(_ policy: Policy, in tx: any StoreSnapshot) throws {
        try refuseUnsupported(policy, tx)
        try requirePins(of: policy, tx)
        if try tx.policy(name: policy.name, version: policy.version) != nil {
            throw AssayError(
                .alreadyExists,
                "The policy \(policy.name) \(policy.version) is published already and never changes. Publish another version.")
        }
        // What is published last applies, so nothing older may come after it.
        let others = try tx.policies().filter { $0.name == policy.name }.map(\.version)
        if let newest = others.max(by: PolicyVersion.precedes), !PolicyVersion.precedes(newest, policy.version) {
            throw AssayError(
                .conflict,
                "The newest published version of \(policy.name) is \(newest), and \(policy.version) does not come after it. Publish it as a later version.")
        }
    }

    /// What can be written and linted but not held to yet must not look as if it were in force.
    func refuseUnsupported(_ policy: Policy, _ tx: any StoreSnapshot) throws {
        guard !policy.name.string.hasPrefix(TierDefaults.policyName) else {
            throw AssayError(
                .invalidArgument, "Names that begin with '\(TierDefaults.policyName)' are those of the organisation's defaults; choose another.")
        }
        try requireBase(of: policy, tx)
        let roles = (RoleDefinition.shipped + (try tx.roles())).map(\.role.rawValue)
        for rule in policy.mutations where !roles.contains(rule.role.string) {
            throw AssayError(
                .invalidArgument, "There is no role '\(rule.role)' that a rule of mutations could bind; the roles here are \(roles.sorted().joined(separator: ", ")).")
        }
        let approving = (RoleDefinition.shipped + (try tx.roles())).filter { $0.allows(.approve) }.map(\.role.rawValue).sorted()
        for rule in policy.approvals {
            guard let role = rule.role, !approving.contains(role.string) else { continue }
            let roles = approving.joined(separator: ", ")
            throw AssayError(
                .invalidArgument, "nobody can approve as '\(role)'; the roles that approve here are \(roles).")
        }
    }
}

extension Governance {
    /// A text may hold all that it inherits already: what it says it extends is held against what is published here.
    ///
    /// - Throws: `conflict` where that is not what was published, `invalidArgument` where the policy asks for less.
    private func requireBase(of policy: Policy, _ tx: any StoreSnapshot) throws {
        guard let extends = policy.extends else { return }
        guard let record = try tx.policy(name: extends.name, version: extends.version), record.digest == extends.digest else {
            throw AssayError(
                .conflict, "The policy \(policy.title) extends \(extends.title), which is not what is published here. Publish that first.")
        }
        let loosenings = PolicyExtension.loosenings(of: policy, from: try compiled(record), approvingRoles: settings.approvingRoles)
        guard let first = loosenings.first else { return }
        throw AssayError(
            .invalidArgument, "The policy \(policy.title) extends \(extends.title) and may only ask for more; it \(first.text).")
    }
}

extension Governance: PolicyPublisher {
    package func check(_ draft: PolicyDraft, in tx: any StoreSnapshot) throws { try check(read(draft, tx), in: tx) }

    package func loosenings(_ draft: PolicyDraft, in tx: any StoreSnapshot) throws -> [String] {
        try gate(tx).loosenings(publishing: read(draft, tx)).map(\.text)
    }

    /// The publisher of what was confirmed is who proposed it: the rule is theirs, and they find no version to meet it.
    package func publish(
        _ draft: PolicyDraft, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        if let proposal, try !UseCases.holders(of: .publish, in: tx).contains(where: { $0.id == proposal.proposerID }) {
            throw AssayError(
                .conflict, "\(proposal.proposerName), who proposed this, may publish nothing any more. Somebody who may proposes it anew.")
        }
        let policy = try read(draft, tx)
        let loosenings = try gate(tx).loosenings(publishing: policy)
        let kept = try tx.insertPolicy(
            PublishedPolicy(
                name: policy.name, version: policy.version, digest: policy.digest, source: Array(draft.source.utf8),
                canonical: policy.canonicalText, publishedMilliseconds: effects.nowMilliseconds(),
                publisherID: proposal?.proposerID ?? actor.id, publisherName: proposal?.proposerName ?? actor.name))
        var payload: JSONObject = [
            "name": .string(kept.name.string), "version": .string(kept.version.string), "digest": .string(kept.digest.hex),
            "text": .string(draft.source.string),
        ]
        if !loosenings.isEmpty { payload["asks_less"] = .array(loosenings.map { .string($0.text) }) }
        try useCases.record(
            kind: "policy.published", by: actor,
            subjects: [
                .init(type: "policy", digest: kept.digest),
                .init(type: "policy-source", digest: SHA256Hasher.digest(of: Array(draft.source.utf8))),
            ],
            topics: [LedgerTopic.policy(kept.name)], domain: LedgerTopic.policy(kept.name),
            payload: UseCases.payload(payload, confirming: proposal), in: tx)
        for version in try versionsToJudge(tx) { try enqueueEvidence(tx, for: version) }
    }
}
