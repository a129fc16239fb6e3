import AssayCanonical
package import AssayJSON
package import AssayPolicy
package import AssayStore
package import AssayTerms

extension Governance {
    /// A change the gate let through, to be finished with the change's own entry.
    package struct Leave: Sendable {
        package var evaluation: Evaluation
        package var request: PromotionRequest?
        /// The approvals the decision rests on.
        package var approvalIDs: [String] = []

        /// What the change's entry says about why it was allowed.
        package var detail: JSONValue {
            guard let request else { return evaluation.detail }
            guard case .object(var object) = evaluation.detail else { return evaluation.detail }
            object["request"] = .string(request.id)
            object["approvals"] = .array(approvalIDs.map { .string($0) })
            return .object(object)
        }
    }

    package enum Answer: Sendable {
        case allowed(Leave)
        /// The request and its entry are part of the transaction; the caller commits them and then answers the error.
        case refused(AssayError)
    }

    /// Decides about one version entering, or moving with, one place. Part of the caller's savepoint.
    ///
    /// A refusal is an outcome, not a failure: nothing is thrown, so that the request it opened or updated is kept.
    ///
    /// - Throws: `conflict` where no policy applies while the table of policies is not what the log says.
    package func decide(
        _ tx: any StoreTransaction, _ version: GovernedVersion, action: Text, target: GateTarget, newName: Text? = nil,
        by principal: Principal
    ) throws -> Answer {
        try enqueueEvidence(tx, for: version, newName: newName)
        try expireRequests(tx)
        let evaluation = try evaluate(tx, version, action: action, target: target, newName: newName)
        guard evaluation.isGated else {
            // That no policy applies is believed only of the policies that were published.
            try useCases.requirePublishedPolicies(tx)
            return .allowed(Leave(evaluation: evaluation))
        }
        let isAllowed = evaluation.outcome.decision.allows && principal.isAnswerable
        let request = try keep(tx, evaluation, by: principal, hasOwnEntry: !isAllowed)
        guard evaluation.outcome.decision.allows else {
            return .refused(AssayError(.permissionDenied, Self.naming(principal, evaluation.refusal)))
        }
        guard principal.isAnswerable else {
            return .refused(
                AssayError(
                    .permissionDenied,
                    Self.naming(
                        principal, "\(version.model) version \(version.version) meets every requirement of \(target.text).")))
        }
        return .allowed(try leave(tx, evaluation, request))
    }

    /// The leave of an evaluation that allows, with the approvals it rests on.
    func leave(_ tx: any StoreSnapshot, _ evaluation: Evaluation, _ request: PromotionRequest?) throws -> Leave {
        let approvers = Set(evaluation.outcome.approvers)
        let approvals = try request.map { try tx.approvals(requestID: $0.id) } ?? []
        let used = approvals.filter { $0.state == .standing && approvers.contains(Text($0.approverID)) }
        return Leave(evaluation: evaluation, request: request, approvalIDs: used.map(\.id))
    }

    /// Uses up the approvals, closes the request and remembers how the place was taken. Part of the same savepoint as the
    /// change and its entry.
    package func finish(_ tx: any StoreTransaction, _ leave: Leave, entryID: String) throws {
        let evaluation = leave.evaluation
        guard evaluation.outcome.basis != .notGated else { return }
        let now = effects.nowMilliseconds()
        if var request = leave.request {
            request.state = .promoted
            request.updatedMilliseconds = now
            try tx.updateRequest(request)
            for approval in try tx.approvals(requestID: request.id) where approval.state == .standing {
                try tx.setApprovalState(leave.approvalIDs.contains(approval.id) ? .used : .void, id: approval.id)
            }
        }
        guard [Action.promote, Action.register].contains(evaluation.facts.action), let manifest = evaluation.version.frozenManifest else { return }
        let decision = evaluation.isGated ? evaluation.outcome.decision.rawValue : evaluation.outcome.basis.rawValue
        try tx.setPlacement(
            Placement(
                versionID: evaluation.version.id, target: evaluation.facts.target.text, manifest: manifest,
                decision: decision, detail: try leave.detail.canonicalBytes(), requestID: leave.request?.id,
                entryID: entryID, placedMilliseconds: now))
    }

    static func naming(_ principal: Principal, _ text: String) -> String {
        guard principal.isNamed else {
            return text + "\nA protected place is changed by a named person only: set MLFLOW_TRACKING_TOKEN to your token."
        }
        let remedy = principal.remedy(for: .request)
        return remedy.isEmpty ? text : "\(text)\n\(remedy.dropFirst())"
    }
}
