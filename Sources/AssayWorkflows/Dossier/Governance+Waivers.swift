package import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// Waivers: two people's leave to let one version in without one check of one policy version, for a time and for a reason.
///
/// A waiver is bound to the digests of the policy and of the version's files; with another version of either it does not count. It
/// covers checks only: approvals, findings, records, an unfrozen version and a doubtful record are waived by nobody. Neither person
/// is an author of the files or published the policy. How long it may last, and in which roles the two have to be, goes by the
/// tier (``WaiverRule``), and the gate asks for that at each decision.
extension Governance {
    package enum WaiverState {
        package static let proposed: Text = "proposed"
        package static let granted: Text = "granted"
        package static let revoked: Text = "revoked"
    }

    private static let waiverForm = PaperForm(
        "A waiver",
        [
            .init("policy", .text(200), isRequired: true, "the name of the policy"),
            .init("check", .text(2_000), isRequired: true, "the check: its id, its title, or its number in the policy"),
            .init("reason", .text(4_096), isRequired: true, "why the version has to go without it"),
            .init("compensating_control", .text(4_096), isRequired: true, "what is done instead meanwhile"),
            .init("until", .time, isRequired: true, "until when"),
        ])

    /// How long a proposed waiver waits for the second person.
    private static let waiverWaitMilliseconds: Int64 = 14 * 86_400_000

    /// Proposes a waiver; it counts once a second person confirms it.
    ///
    /// - Throws: `permissionDenied` for nobody named, for authors and the policy's publisher; `notFound` for an unknown policy or
    ///   check; `conflict` for a version that is not frozen and a check that nobody can waive; `invalidArgument` for an end that is
    ///   past or too far.
    package func proposeWaiver(
        model: Text, version number: Int64, _ members: JSONObject, by principal: Principal
    ) async throws -> Paper {
        let address = try PaperAddress(model: model, version: number)
        try requireSigner(principal, .waive, about: address, for: "A waiver")
        return try await store.write { tx in
            var content = try Self.waiverForm.read(members) { try self.person(named: $0, tx) }
            let subject = try address.subject(tx)
            guard subject.manifest != nil else {
                throw AssayError(.conflict, "Version \(number) of \(model) is not frozen, so no waiver can be bound to its files.")
            }
            try self.requireWaiver(principal, subject, policy: content["policy"]?.string ?? "", tx)
            try self.settleCheck(of: &content, tx)
            let until = try UseCases.moment(Text(content["until"]?.string ?? ""))
            let longest = WaiverRule.longestDays * 86_400_000
            guard until > self.now, until - self.now <= longest else {
                throw AssayError(.invalidArgument, "'until' is in the future, and at most \(WaiverRule.longestDays) days ahead.")
            }
            return try self.insert(.waiver, about: subject, state: WaiverState.proposed, content, event: "proposed", by: principal, tx)
        }
    }

    /// Grants a waiver that somebody else proposed.
    ///
    /// - Throws: as proposing it does; `permissionDenied` for its proposer; `conflict` for one that is granted or over, that waited
    ///   too long, or whose policy is another by now.
    package func confirmWaiver(id: String, by principal: Principal) async throws -> Paper {
        try await store.write { tx in
            let paper = try self.existingPaper(id, .waiver, tx)
            try self.requireSigner(principal, .waive, about: try paper.address, for: "A waiver")
            guard paper.record.state == WaiverState.proposed else {
                throw AssayError(.conflict, "The waiver \(id) is \(paper.record.state) already.")
            }
            guard paper.record.makerID != principal.id else {
                throw AssayError(.permissionDenied, "\(principal.name) proposed this waiver; it takes a second person to grant it.")
            }
            let now = self.now
            guard now - paper.record.madeMilliseconds < Self.waiverWaitMilliseconds, let until = paper.milliseconds("until"), now < until
            else { throw AssayError(.conflict, "The waiver \(id) waited too long. Propose it anew.") }
            let policy = paper.text("policy") ?? ""
            try self.requireWaiver(principal, paper.record.subject, policy: policy, tx)
            guard try tx.policiesInForce().contains(where: { $0.name == Text(policy) && $0.digest.hex == paper.text("policy_digest") }) else {
                throw AssayError(.conflict, "Another version of the policy \(policy) is in force by now. Propose the waiver anew.")
            }
            var content = paper.content
            content["granted"] = .string(Self.time(now))
            content["confirmed_by"] = .string(principal.name.string)
            content["confirmed_by_id"] = .string(principal.id)
            return try self.revise(paper, state: WaiverState.granted, content, event: "granted", by: principal, tx)
        }
    }

    /// Takes a waiver back; it counts no more from then on. A place that was taken under it stays taken.
    ///
    /// - Throws: `permissionDenied` for people who may not waive; `conflict` for one that is revoked already.
    package func revokeWaiver(id: String, reason: Text, by principal: Principal) async throws -> Paper {
        let reason = try Self.reason(reason)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .waiver, tx)
            try self.requireSigner(principal, .waive, about: try paper.address, for: "Revoking a waiver")
            try Self.requireInForce(paper)
            var content = paper.content
            content["revoked_because"] = .string(reason)
            return try self.revise(paper, state: WaiverState.revoked, isInForce: false, content, event: "revoked", by: principal, tx)
        }
    }

    /// - Throws: `permissionDenied` for an author of the files and for whoever published the policy.
    private func requireWaiver(
        _ principal: Principal, _ subject: PaperSubject, policy: String, _ tx: any StoreSnapshot
    ) throws {
        guard try !authors(of: subject, tx).contains(Text(principal.id)) else {
            throw AssayError(.permissionDenied, "\(principal.name) is an author of this version and may not waive what it has to show.")
        }
        let published = try tx.policiesInForce().first { $0.name == Text(policy) }
        guard let published else { throw AssayError(.notFound, "There is no published policy named '\(policy)'.") }
        guard published.publisherID != principal.id else {
            throw AssayError(.permissionDenied, "\(principal.name) published this policy and may not waive what it asks for.")
        }
    }

    /// Writes down which check of which policy version is meant.
    private func settleCheck(of content: inout JSONObject, _ tx: any StoreSnapshot) throws {
        let name = Text(content["policy"]?.string ?? "")
        guard let policy = try gate(tx).published.first(where: { $0.name == name }) else {
            throw AssayError(.notFound, "There is no published policy named '\(name)'.")
        }
        let asked = content["check"]?.string ?? ""
        let found = policy.checks.indices.filter { index in
            Int(asked) == index + 1 || Text(policy.checks[index].title) == Text(asked) || Text(policy.checks[index].id) == Text(asked)
        }
        guard let index = found.first else {
            let checks = policy.checks.enumerated().map { "\($0 + 1) \($1.title)" }.joined(separator: "; ")
            throw AssayError(.notFound, "\(policy.title) has no check '\(asked)'. It has: \(checks).")
        }
        guard found.count == 1 else {
            let numbers = found.map { String($0 + 1) }.joined(separator: ", ")
            throw AssayError(.invalidArgument, "\(policy.title) has several such checks; name one by its number: \(numbers).")
        }
        guard policy.checks[index].isWaivable else {
            throw AssayError(.conflict, "\(policy.title) says that nobody can waive \(policy.checks[index].title).")
        }
        content["check"] = .string(policy.checks[index].title)
        content["check_number"] = .integer(Int64(index + 1))
        content["policy_version"] = .string(policy.version.string)
        content["policy_digest"] = .string(policy.digest.hex)
    }
}
