import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// Registration as a place of its own, where a policy says `registration: true`.
///
/// The version is made and frozen at once, so that evidence can be computed of it and people can look at it. Until the gate says yes
/// its status is not READY, and it takes no place. The gate is asked when the version is made, when evidence about it arrives, when
/// somebody approves and when somebody asks; what was let in stays in.
extension Governance {
    /// What the gate says of a version that was made just now.
    func admission(of version: ModelVersion, by actor: Principal, _ tx: any StoreTransaction) throws -> PromotionLeave {
        let governed = try governed(tx, version)
        guard try isRegistrationGated(governed, tx) else {
            try enqueueEvidence(tx, for: governed)
            return Self.ungated
        }
        switch try decide(tx, governed, action: Action.register, target: .registration, by: actor) {
        case .allowed(let leave):
            return PromotionLeave(basis: leave.detail, admission: .admitted) { tx, entryID in try self.finish(tx, leave, entryID: entryID) }
        case .refused:
            let evaluation = try evaluate(tx, governed, action: Action.register, target: .registration)
            return PromotionLeave(basis: evaluation.detail, admission: try admission(by: evaluation, actor, tx))
        }
    }

    /// Decides anew about a version that may not take places yet. Nothing happens to any other.
    func settleAdmission(ofVersion id: String, by actor: Principal, _ tx: any StoreTransaction) throws {
        guard let version = try tx.modelVersion(id: id), !version.admission.allows, try !tx.isDeleted(versionID: id) else { return }
        // It waits on: what would gate it may be among the policies that are not there.
        guard try useCases.policyDifference(tx) == nil else { return }
        let governed = try governed(tx, version)
        let evaluation = try evaluate(tx, governed, action: Action.register, target: .registration)
        let admission = try admission(by: evaluation, actor, tx)
        guard admission != version.admission else { return }
        let request = evaluation.isGated ? try keep(tx, evaluation, by: actor, hasOwnEntry: false) : nil
        let leave = try leave(tx, evaluation, request)
        var payload: JSONObject = ["gate": admission.allows ? leave.detail : evaluation.detail]
        payload["admission"] = admission.word.map { .string($0.string) }
        payload["text"] = admission.text.map { .string($0.string) }
        let entryID = try record(
            tx, kind: "version.admission", about: governed, requestID: request?.id, by: actor, payload: payload)
        try tx.setAdmission(admission, ofVersion: id, at: effects.nowMilliseconds())
        if admission.allows { try finish(tx, leave, entryID: entryID) }
    }

    /// - Throws: `conflict` for a version whose registration waits or failed.
    func requireAdmitted(_ version: ModelVersion) throws(AssayError) {
        guard let text = version.admission.text else { return }
        throw AssayError(
            .conflict,
            "Version \(version.number) of \(version.modelName) is not registered yet, so it takes no place. \(text)")
    }

    /// Somebody has to answer for what is let in: who asks or approves now, or who registered the version, where its evidence arrives.
    private func admission(by evaluation: Evaluation, _ actor: Principal, _ tx: any StoreSnapshot) throws -> ModelAdmission {
        let decision = evaluation.outcome.decision
        let version = evaluation.version
        let ask = "assay model promote \(ShellText.quoted(version.model.string)) \(version.version) --registration"
        if decision.allows {
            let registrant = try tx.modelVersion(id: version.id).flatMap { try tx.user(id: $0.authors.registered) }
            let isAnsweredFor = actor.isAnswerable || actor == .server && registrant.map { $0.kind == .person && !$0.isDisabled } ?? false
            return isAnsweredFor ? .admitted : .waiting(text: Text("Everything is met; a named person who answers for it asks: \(ask)"))
        }
        let text = Text("\(evaluation.refusal)\nOnce it is met: \(ask)")
        return decision == .fail ? .refused(text: text) : .waiting(text: text)
    }

    /// Renaming is no way past what registering under the new name would have asked for.
    ///
    /// - Throws: `permissionDenied` for a version that was registered without it.
    func requireRegistered(_ versions: [ModelVersion], as name: Text, _ tx: any StoreSnapshot) throws {
        for version in versions where version.admission == .open {
            var governed = try governed(tx, version)
            guard try !isRegistrationGated(governed, tx) else { continue }
            governed.otherNames.append(name)
            guard try isRegistrationGated(governed, tx) else { continue }
            throw AssayError(
                .permissionDenied,
                "A policy gates registration under the name \(name), and version \(version.number) of \(version.modelName) was registered without that. "
                    + "Copy it there instead (copy_model_version), and it waits for what the policy asks.")
        }
    }

    private func isRegistrationGated(_ version: GovernedVersion, _ tx: any StoreSnapshot) throws -> Bool {
        // A prompt has no files to judge.
        if try tx.seen(by: .whole).registeredModel(id: version.modelID)?.isPrompt ?? false { return false }
        let tier = try tier(tx, of: version)
        return try gate(tx).published.contains {
            $0.scope.registration
                && $0.scope.selects(
                    names: [version.model] + version.otherNames, tier: tier == .prohibited ? nil : tier, target: .registration)
        }
    }
}
