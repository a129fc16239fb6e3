import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// Approves a request as it stands now.
    ///
    /// The approval is bound to the log, the request, its action and target, the version's files, the policies in force
    /// and the evidence the gate reads at this moment; when any of them changes it no longer counts, and the person may
    /// look and approve again.
    ///
    /// - Parameters:
    ///   - seen: the binding digest of what the approver looked at, if they say; it must still be the present one.
    ///   - conditions: what is to be done by a day; the approval counts before that (``ApprovalCondition``).
    /// - Throws: `permissionDenied` for nobody named, for an author under separation of duties, for the publisher of every
    ///   policy that applies, and for people without the right; `conflict` while the database is not known to be what the
    ///   log says, for a request that is over, for evidence that is still being computed and for a stale `seen`;
    ///   `alreadyExists` for a second approval of the same.
    package func approve(
        requestID: String, seen: SHA256Digest?, comment: Text, conditions: [ConditionDraft] = [], by principal: Principal
    ) async throws -> ApprovalRecord {
        guard principal.isNamed, principal.may(.approve) else {
            throw AssayError(
                .permissionDenied, "An approval needs a named person with a role that approves (validator or compliance).")
        }
        guard comment.utf8Count <= 4_096 else {
            throw AssayError(.invalidArgument, "The comment is longer than 4096 bytes.")
        }
        try check(conditions)
        try useCases.refuseInDoubt("An approval")
        try useCases.requireFreshLogin(principal, for: "An approval")
        return try await store.write { tx in
            try self.expireRequests(tx)
            guard let request = try tx.request(id: requestID) else { throw Self.unknownRequest(requestID) }
            guard request.state == .open else {
                throw AssayError(
                    .conflict, "The request \(request.id) is over (\(request.state.rawValue)); ask for the promotion again.")
            }
            guard let evaluation = try self.evaluate(tx, request), let binding = evaluation.outcome.binding else {
                throw AssayError(
                    .conflict, "The request \(request.id) is about a version that is no longer there; ask for the promotion again.")
            }
            let policies = try self.applicablePolicies(tx, evaluation)
            if policies.contains(where: \.separatesDuties), evaluation.version.authors.contains(Text(principal.id)) {
                throw AssayError(
                    .permissionDenied,
                    "\(principal.name) is an author of \(request.model) version \(request.version) and may not approve it; somebody else must.")
            }
            if policies.allSatisfy({ evaluation.facts.publishers[$0.name] == Text(principal.id) }) {
                throw AssayError(
                    .permissionDenied,
                    "\(principal.name) published this policy and cannot approve under it; somebody else must.")
            }
            guard evaluation.facts.jobs.isEmpty else {
                throw AssayError(
                    .conflict,
                    "Its evidence is still being computed (\(evaluation.facts.jobs[0])); approve when it is there.")
            }
            let present = try BindingJSON.digest(of: binding)
            guard seen == nil || seen == present else {
                throw AssayError(
                    .conflict, "The request changed since you looked at it; look again. It now stands at \(present.hex).")
            }
            try self.voidOutdated(tx, requestID: request.id, approverID: principal.id, binding: binding)
            let now = self.effects.nowMilliseconds()
            let days = policies.map(\.approvalDays).min() ?? Policy.defaultApprovalDays
            let expires = now + Int64(days) * 86_400_000
            let bound = BindingJSON.value(of: binding, expiresMilliseconds: expires)
            let approval = ApprovalRecord(
                id: self.effects.newID(), requestID: request.id, approverID: principal.id, approverName: principal.name,
                comment: comment, binding: try bound.canonicalBytes(), approvedMilliseconds: now,
                expiresMilliseconds: expires)
            try tx.insertApproval(approval)
            var payload: JSONObject = [
                "approval": .string(approval.id), "approver": .string(principal.id),
                "approver_name": .string(principal.name.string), "binding": bound, "comment": .string(comment.string),
            ]
            if !conditions.isEmpty { payload["conditions"] = try self.keep(conditions, of: approval, about: evaluation.version, tx) }
            try self.record(
                tx, kind: "approval.given", about: evaluation.version, requestID: request.id, by: principal, payload: payload)
            try self.refresh(tx, request)
            if evaluation.facts.target == .registration { try self.settleAdmission(ofVersion: evaluation.version.id, by: principal, tx) }
            return approval
        }
    }

    /// Sets aside the person's earlier approval of the same request if it was about something else.
    private func voidOutdated(
        _ tx: any StoreTransaction, requestID: String, approverID: String, binding: GateBinding
    ) throws {
        for earlier in try tx.approvals(requestID: requestID)
        where earlier.approverID == approverID && earlier.state == .standing {
            let standing = try? BindingJSON.binding(from: earlier.binding)
            if standing != binding || earlier.expiresMilliseconds <= effects.nowMilliseconds() {
                try tx.setApprovalState(.void, id: earlier.id)
            }
        }
    }

    func applicablePolicies(_ tx: any StoreSnapshot, _ evaluation: Evaluation) throws -> [Policy] {
        let facts = evaluation.facts
        return try gateAsStored(tx).applicable(
            names: [facts.model] + facts.otherNames, tier: facts.tier, target: facts.target
        ).policies
    }
}
