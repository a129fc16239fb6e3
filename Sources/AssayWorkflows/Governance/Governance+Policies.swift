import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// Publishes a policy and asks for the evidence it needs of the versions it applies to.
    ///
    /// The same text a second time changes nothing and answers the version that stands.
    ///
    /// - Parameter source: the policy file, UTF-8.
    /// - Throws: `permissionDenied` for people without the right; `invalidArgument` listing every problem with line and
    ///   column; `alreadyExists` if name and version are taken by another text; `conflict` if a later version of that name
    ///   is published.
    package func publish(_ source: [UInt8], by principal: Principal) async throws -> PublishedPolicy {
        guard principal.isNamed, principal.may(.publish) else {
            throw AssayError(
                .permissionDenied, "Publishing a policy needs a named person with the role validator or compliance.")
        }
        try useCases.refuseInDoubt("A policy")
        let policy: Policy
        do {
            policy = try PolicyReader.read(source, catalogue: catalogue)
        } catch {
            throw error.error(file: "policy")
        }
        try await refuseUnsupported(policy)
        let record = PublishedPolicy(
            name: policy.name, version: policy.version, digest: policy.digest, source: source,
            canonical: policy.canonicalText, publishedMilliseconds: effects.nowMilliseconds(),
            publisherID: principal.id, publisherName: principal.name)
        return try await store.write { tx in
            if let standing = try tx.policy(name: policy.name, version: policy.version), standing.digest == record.digest {
                return standing
            }
            let kept = try tx.insertPolicy(record)
            // What is published last applies, so nothing older may come after it.
            let others = try tx.policies().filter { $0.name == kept.name && $0.version != kept.version }.map(\.version)
            if let newest = others.max(by: PolicyVersion.precedes), !PolicyVersion.precedes(newest, kept.version) {
                throw AssayError(
                    .conflict,
                    "The newest published version of \(kept.name) is \(newest), and \(kept.version) does not come after it. Publish it as a later version.")
            }
            try self.useCases.record(
                kind: "policy.published", by: principal, subjects: [.init(type: "policy", digest: kept.digest)],
                topics: [LedgerTopic.policy(kept.name)], domain: LedgerTopic.policy(kept.name),
                payload: [
                    "name": .string(kept.name.string), "version": .string(kept.version.string),
                    "digest": .string(kept.digest.hex), "text": .string(String(decoding: source, as: UTF8.self)),
                ], in: tx)
            for version in try self.versionsToJudge(tx) { try self.enqueueEvidence(tx, for: version) }
            return kept
        }
    }

    /// All published versions in the order of publication.
    package func policies() async throws -> [PublishedPolicy] { try await store.read { try $0.policies() } }

    /// What can be written and linted but not held to yet must not look as if it were in force.
    private func refuseUnsupported(_ policy: Policy) async throws {
        guard policy.name != settings.fallback.name else {
            throw AssayError(
                .invalidArgument, "'\(policy.name)' is the name of the organisation's default policy; choose another.")
        }
        guard !policy.scope.registration else {
            throw AssayError(
                .unsupported, "'registration: true' is not enforced by this version of the server yet, so the policy is not published.")
        }
        let approving = try await useCases.roles().filter { $0.allows(.approve) }.map(\.role.rawValue)
        for rule in policy.approvals {
            guard let role = rule.role, !approving.contains(role.string) else { continue }
            let roles = approving.joined(separator: ", ")
            throw AssayError(
                .invalidArgument, "nobody can approve as '\(role)'; the roles that approve here are \(roles).")
        }
    }
}
