import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// People who approve in another's stead for a time.
extension Governance {
    private static let longestDays: Int64 = 90

    /// Lets somebody approve in one's stead, in one role, until a moment.
    ///
    /// Whoever stands in must be one who may approve, stays barred from what they made or published, and the two count as one: once the
    /// delegator has approved a request, the other fills no place of theirs. What was delegated is not delegated on.
    ///
    /// - Throws: `permissionDenied` for nobody named and without the role; `invalidArgument` for oneself, a program, no reason, an end
    ///   that is past or more than 90 days away; `notFound` for an unknown account; `conflict` where the same is in force.
    package func delegate(
        role: Text, to name: Text, until: Int64, reason: Text, by principal: Principal
    ) async throws -> DelegationRecord {
        guard principal.isNamed, principal.may(.approve) else {
            throw AssayError(.permissionDenied, "A role is delegated by a named person who holds it and may approve in it.")
        }
        guard reason.utf8.contains(where: { $0 > 0x20 }), reason.utf8Count <= 1_024 else {
            throw AssayError(.invalidArgument, "A delegation has a reason of 1 to 1024 bytes.")
        }
        try useCases.refuseInDoubt("A delegation")
        try useCases.requireFreshLogin(principal, for: "A delegation")
        let now = effects.nowMilliseconds()
        guard until > now, until <= now + Self.longestDays * 86_400_000 else {
            throw AssayError(.invalidArgument, "A delegation ends in the future, within \(Self.longestDays) days.")
        }
        return try await store.write { tx in
            guard let own = try tx.user(id: principal.id), own.roles.contains(where: { $0.rawValue == role.string }) else {
                throw AssayError(.permissionDenied, "You do not hold the role '\(role)' yourself, so you cannot delegate it.")
            }
            guard try (RoleDefinition.shipped + tx.roles()).contains(where: { $0.role.rawValue == role.string && $0.allows(.approve) }) else {
                throw AssayError(.invalidArgument, "Nobody approves as '\(role)', so there is nothing to delegate.")
            }
            let user = try UseCases.existingUser(named: name, tx)
            guard user.id != principal.id, user.kind == .person, !user.isDisabled else {
                throw AssayError(.invalidArgument, "A role is delegated to another person whose account is in use.")
            }
            guard user.principal.may(.approve) else {
                throw AssayError(.invalidArgument, "\(user.name) may approve nothing; delegate to somebody with a role that approves.")
            }
            let isTwice = try tx.delegations().contains {
                $0.delegatorID == principal.id && $0.delegateID == user.id && $0.role == role && $0.isInForce(atMilliseconds: now)
            }
            guard !isTwice else { throw AssayError(.conflict, "\(user.name) stands in for you as \(role) already; revoke that first.") }
            let delegation = DelegationRecord(
                id: self.effects.newID(), delegatorID: principal.id, delegatorName: principal.name, delegateID: user.id,
                delegateName: user.name, role: role, reason: reason, fromMilliseconds: now, untilMilliseconds: until)
            try tx.insertDelegation(delegation)
            try self.enter(delegation, "delegation.given", by: principal, tx)
            return delegation
        }
    }

    /// Ends a delegation: one's own, one that was given to oneself, or anybody's by an administrator.
    ///
    /// - Throws: `notFound` for an unknown one and for others'.
    package func revokeDelegation(id: String, by principal: Principal) async throws {
        try useCases.refuseInDoubt("A delegation")
        try await store.write { tx in
            guard principal.isNamed, let delegation = try tx.delegations().first(where: { $0.id == id }),
                [delegation.delegatorID, delegation.delegateID].contains(principal.id) || principal.may(.administer)
            else { throw AssayError(.notFound, "There is no delegation \(id.prefix(64)) of yours.") }
            guard delegation.revokedMilliseconds == nil else { return }
            try tx.revokeDelegation(id: id, atMilliseconds: self.effects.nowMilliseconds())
            try self.enter(delegation, "delegation.revoked", by: principal, tx)
        }
    }

    /// All there were, oldest first.
    package func delegations() async throws -> [DelegationRecord] { try await store.read { try $0.delegations() } }

    private func enter(_ delegation: DelegationRecord, _ kind: String, by principal: Principal, _ tx: any StoreTransaction) throws {
        try useCases.record(
            kind: kind, by: principal,
            topics: [LedgerTopic.user(delegation.delegatorID), LedgerTopic.user(delegation.delegateID)],
            domain: LedgerTopic.user(delegation.delegatorID),
            payload: [
                "delegation": .string(delegation.id), "delegator": .string(delegation.delegatorID),
                "delegator_name": .string(delegation.delegatorName.string), "delegate": .string(delegation.delegateID),
                "delegate_name": .string(delegation.delegateName.string), "role": .string(delegation.role.string),
                "reason": .string(delegation.reason.string), "from_ms": .integer(delegation.fromMilliseconds),
                "until_ms": .integer(delegation.untilMilliseconds),
            ], in: tx)
    }

    func delegationsInForce(_ tx: any StoreSnapshot) throws -> [GateDeliberation.Delegation] {
        let now = effects.nowMilliseconds()
        return try tx.delegations().filter { $0.isInForce(atMilliseconds: now) }.map {
            GateDeliberation.Delegation(
                delegator: Text($0.delegatorID), name: $0.delegatorName, delegate: Text($0.delegateID), role: $0.role)
        }
    }
}
