import AssayJSON
package import AssayStore
package import AssayTerms

/// Accounts out of use, and in use again.
extension UseCases {
    /// From now on nothing of the account's is accepted: no password, no token, no session, no approval that still waits to
    /// be used. What it did stays done. Approvals do not come back with the account: somebody else may have given them with it.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for an unknown name; `conflict` if nobody would be
    ///   left to administer.
    package func disableUser(named name: Text, by actor: Principal) async throws -> UserRecord {
        try await setDisabled(true, userNamed: name, by: actor)
    }

    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for an unknown name.
    package func enableUser(named name: Text, by actor: Principal) async throws -> UserRecord {
        try await setDisabled(false, userNamed: name, by: actor)
    }

    private func setDisabled(_ isDisabled: Bool, userNamed name: Text, by actor: Principal) async throws -> UserRecord {
        try Self.requireAdministrator(actor)
        try requireUnrestricted(actor, for: "A change of accounts")
        try requireFreshLogin(actor, for: "A change of accounts")
        try refuseInDoubt("A change of accounts")
        return try await store.write { tx in
            let user = try Self.existingUser(named: name, tx)
            guard user.isDisabled != isDisabled else { return user }
            // Else one person could make themselves the only one, and change roles alone.
            guard !user.principal.reach(.manageRoles).isTotal || user.id == actor.id else {
                throw AssayError(
                    .conflict, "\(user.name) may change roles. Take the role away first, which needs a second person: assay role unbind")
            }
            if isDisabled { try tx.endSessions(ofUser: user.id) }
            try tx.setDisabled(isDisabled ? effects.nowMilliseconds() : nil, userID: user.id)
            try Self.requireAnAdministrator(
                tx, else: "\(user.name) is the last administrator. Give the role to somebody else first.")
            let waiting = isDisabled ? try tx.standingApprovals(ofUser: user.id) : []
            for approval in waiting { try tx.setApprovalState(.void, id: approval.id) }
            var payload: JSONObject = [
                "user": .string(user.id), "name": .string(name.string), "kind": .string(user.kind.rawValue),
            ]
            if !waiting.isEmpty {
                payload["voided"] = .array(waiting.map { ["approval": .string($0.id), "request": .string($0.requestID)] })
            }
            try record(
                kind: isDisabled ? "user.disabled" : "user.enabled", by: actor,
                topics: [LedgerTopic.user(user.id)] + waiting.map { LedgerTopic.request($0.requestID) },
                domain: LedgerTopic.user(user.id), payload: .object(payload), in: tx)
            return try Self.existingUser(named: name, tx)
        }
    }
}

extension UseCases {
    /// Whether one has a password here, and whether one logs in by an identity provider or a directory instead.
    package func meansOfLogin(_ actor: Principal) async throws -> (hasPassword: Bool, isExternal: Bool) {
        try await store.read { (try $0.password(ofUser: actor.id) != nil, try $0.hasSubject(userID: actor.id)) }
    }
}
