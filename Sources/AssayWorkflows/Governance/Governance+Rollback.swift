import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms
import Synchronization

/// Going back in an emergency: at once, and reviewed after.
extension Governance {
    /// Whoever went back has this long to have it reviewed.
    package static let reviewHours: Int64 = 72

    package struct Rollback: Sendable {
        package let version: ModelVersion
        /// `stage Production`, `alias champion`.
        package let place: Text
        /// What stands open until somebody else has looked at it.
        package let review: Paper
    }

    /// Puts a version back into a place that the gate let it into before, without asking again.
    ///
    /// The change's entry says that it was an emergency and why. A finding of severity high is opened in the same transaction, due in
    /// ``reviewHours``: once it is overdue it keeps every version of the model out of gated places, and neither whoever went back nor
    /// an author closes it.
    ///
    /// - Parameters:
    ///   - number: the version to go back to; without one the last that held the place before the present holder.
    ///   - place: a stage or an alias.
    /// - Throws: `permissionDenied` for nobody named, for a credential that somebody else made and without the permission to ask for
    ///   places; `conflict` for a version that never held the place with the gate's leave, that is not frozen as it was then, or that
    ///   holds it now, for a prohibited use, a retired model, and while the database is not known to be what the log says.
    package func rollBack(
        model name: Text, to number: Int64?, place: Place, reason: Text, by principal: Principal
    ) async throws -> Rollback {
        let reason = try Self.reason(reason)
        try requireSigner(principal, .request, about: PaperAddress(model: name), for: "An emergency rollback")
        guard principal.may(.register) else {
            throw AssayError(.permissionDenied, "An emergency rollback needs the permission '\(Permission.register.rawValue)' too, as every change of places does.")
        }
        let target = place.target
        let chosen = try await store.read { tx in
            try number.map { try tx.existingVersion($0, ofModelNamed: name) } ?? self.lastHolder(of: target, model: name, tx)
        }
        let opened = OpenedReview()
        var emergency = useCases
        emergency.promotionGate = EmergencyGate(governance: self, reason: reason, opened: opened)
        switch place {
        case .stage(let stage):
            _ = try await emergency.moveVersion(
                chosen.number, ofModelNamed: name, to: UseCases.stage(stage), archivingOthers: true, by: principal)
        case .alias(let alias): try await emergency.setAlias(alias, ofModelNamed: name, to: chosen.number, by: principal)
        case .registration, .retirement:
            throw AssayError(.invalidArgument, "An emergency rollback puts a version back into a stage or under an alias.")
        }
        guard let review = opened.paper else {
            throw AssayError(.conflict, "Version \(chosen.number) of \(name) holds \(target.text) already.")
        }
        return Rollback(version: chosen, place: target.text, review: review)
    }

    /// The version that held the place last before the present holder.
    private func lastHolder(of target: GateTarget, model name: Text, _ tx: any StoreSnapshot) throws -> ModelVersion {
        let versions = try tx.modelVersions(ofModel: tx.existingModel(named: name).id)
        let former = try versions.filter { version in !self.places(of: version).contains { $0.text == target.text } }
            .compactMap { version in try self.lastLeave(of: version, for: target, tx).map { (version, $0.placedMilliseconds) } }
        guard let newest = former.max(by: { ($0.1, $0.0.number) < ($1.1, $1.0.number) }) else {
            throw AssayError(.conflict, "No other version of \(name) has held \(target.text) with the gate's leave, so there is nothing to go back to.")
        }
        return newest.0
    }

    /// How the gate let the version into the place, with the files it has now; `nil` if it never did.
    fileprivate func lastLeave(of version: ModelVersion, for target: GateTarget, _ tx: any StoreSnapshot) throws -> Placement? {
        guard let manifest = version.content.manifestDigest else { return nil }
        return try tx.placements(versionID: version.id).first { $0.target == target.text && $0.manifest == manifest }
    }
}

/// The finding that an emergency opened, for whoever asked for it.
private final class OpenedReview: Sendable {
    private let kept = Mutex<Paper?>(nil)

    var paper: Paper? { kept.withLock { $0 } }
    func keep(_ paper: Paper) { kept.withLock { $0 = paper } }
}

/// Lets a version back into a place that it held, and opens the review of that.
private struct EmergencyGate: PromotionGate {
    let governance: Governance
    let reason: String
    let opened: OpenedReview

    func decide(_ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction) throws -> PromotionOutcome {
        try governance.requireLife(change, tx)
        switch change {
        case .moveToStage(let version, let stage, _): return try decide(version, .stage(Text(stage.rawValue)), by: actor, tx)
        case .setAlias(let alias, let version, _): return try decide(version, .alias(alias), by: actor, tx)
        case .deleteAlias, .renameModel, .deleteModel, .deleteVersion, .register: return try governance.decide(change, by: actor, in: tx)
        }
    }

    func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) throws {
        try governance.requireAllowed(change, by: actor, in: tx)
    }

    private func decide(_ version: ModelVersion, _ target: GateTarget, by actor: Principal, _ tx: any StoreTransaction) throws -> PromotionOutcome {
        func refused(_ why: String) -> PromotionOutcome {
            .refused(AssayError(.conflict, "Version \(version.number) of \(version.modelName) cannot go back into \(target.text): \(why)."))
        }
        guard let before = try governance.lastLeave(of: version, for: target, tx) else {
            return refused("the gate never let its files in there; ask for the place with: assay model promote")
        }
        let governed = try governance.governed(tx, version)
        guard try governance.tier(tx, of: governed) != .prohibited else { return refused("the model is classified as a prohibited use") }
        let due = governance.now + Governance.reviewHours * 3_600_000
        let content: JSONObject = [
            "title": .string("review of the emergency rollback to version \(version.number) in \(target.text)"),
            "severity": .string(Severity.high.rawValue), "due": .string(Governance.time(due)),
            "owner": .string(actor.name.string), "owner_id": .string(actor.id), "text": .string(reason),
        ]
        let review = try governance.insert(
            .finding, type: Text(Severity.high.rawValue), about: PaperSubject(modelID: version.modelID), state: Governance.FindingState.open,
            content, event: "opened", by: actor, tx)
        opened.keep(review)
        let basis: JSONValue = [
            "decision": "emergency", "reason": .string(reason), "review": .string(review.record.id), "let_in_before": .string(before.entryID),
        ]
        return .allowed(PromotionLeave(basis: basis))
    }
}
