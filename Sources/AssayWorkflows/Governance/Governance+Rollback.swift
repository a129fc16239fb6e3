import AssayCanonical
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
    /// an author closes it. While it is open there is no second emergency.
    ///
    /// - Parameters:
    ///   - number: the version to go back to; without one the last that held the place before the present holder, which must hold it
    ///     by the gate's leave itself.
    ///   - place: a stage or an alias.
    /// - Throws: `permissionDenied` for nobody named, for a credential that somebody else made and without the permission `rollback`;
    ///   `invalidArgument` for another place; `conflict` for a version that the gate never let into the place under its present name and
    ///   by every policy that applies, that is not frozen as it was then, that holds it now or has an open finding of its own; for a
    ///   prohibited use, a retired model, an emergency that nobody has reviewed, and while the database is not known to be what the log
    ///   says.
    package func rollBack(
        model name: Text, to number: Int64?, place: Place, reason: Text, by principal: Principal
    ) async throws -> Rollback {
        let reason = try Self.reason(reason)
        try requireSigner(principal, .rollback, about: PaperAddress(model: name), for: "An emergency rollback")
        let (place, chosen) = try await store.read { tx in
            let place = try self.spelled(place, model: name, tx)
            let version = try number.map { try tx.existingVersion($0, ofModelNamed: name) } ?? self.lastHolder(of: place.target, model: name, tx)
            guard !self.places(of: version).contains(where: { $0.text == place.target.text }) else {
                throw AssayError(.conflict, "Version \(version.number) of \(name) holds \(place.target.text) already.")
            }
            return (place, version)
        }
        let opened = OpenedReview()
        var emergency = useCases
        emergency.promotionGate = EmergencyGate(governance: self, reason: reason, opened: opened)
        switch place {
        case .stage(let stage):
            _ = try await emergency.moveVersion(
                chosen.number, ofModelNamed: name, to: UseCases.stage(stage), archivingOthers: true, by: principal)
        case .alias(let alias): try await emergency.setAlias(alias, ofModelNamed: name, to: chosen.number, by: principal)
        case .registration, .retirement: break
        }
        guard let review = opened.paper else {
            throw AssayError(.conflict, "Version \(chosen.number) of \(name) holds \(place.target.text) already.")
        }
        return Rollback(version: chosen, place: place.target.text, review: review)
    }

    /// The place in the spelling that the model has: aliases that differ in case are one place.
    private func spelled(_ place: Place, model name: Text, _ tx: any StoreSnapshot) throws -> Place {
        switch place {
        case .stage(let stage):
            guard try UseCases.stage(stage).isActive else {
                throw AssayError(.invalidArgument, "An emergency rollback goes back into Staging or Production, not into \(stage).")
            }
            return place
        case .alias(let alias):
            let present = try tx.existingModel(named: name).aliases.first { Folding.areEqual($0.alias, alias) }
            return .alias(present?.alias ?? alias)
        case .registration, .retirement:
            throw AssayError(.invalidArgument, "An emergency rollback puts a version back into a stage or under an alias.")
        }
    }

    /// The version that held the place last before the present holder.
    private func lastHolder(of target: GateTarget, model name: Text, _ tx: any StoreSnapshot) throws -> ModelVersion {
        var former: [(ModelVersion, Int64)] = []
        for version in try tx.modelVersions(ofModel: tx.existingModel(named: name).id) {
            let placement = try placement(of: version, in: target, tx)
            if places(of: version).contains(where: { $0.text == target.text }) {
                // It came back itself, so the newest other one is what it came back from.
                guard placement?.decision != EmergencyGate.decision else {
                    throw AssayError(.conflict, "Version \(version.number) holds \(target.text) by an emergency rollback. Name the version to go back to.")
                }
            } else if let placement {
                former.append((version, placement.placedMilliseconds))
            }
        }
        guard let newest = former.max(by: { ($0.1, $0.0.number) < ($1.1, $1.0.number) }) else {
            throw AssayError(.conflict, "No other version of \(name) has held \(target.text) with the gate's leave, so there is nothing to go back to.")
        }
        return newest.0
    }

    /// How the gate let the version into the place, with the files it has now; `nil` if it never did.
    fileprivate func placement(of version: ModelVersion, in target: GateTarget, _ tx: any StoreSnapshot) throws -> Placement? {
        guard let manifest = version.content.manifestDigest else { return nil }
        return try tx.placements(versionID: version.id).first { $0.target == target.text && $0.manifest == manifest }
    }

    /// What the log says of how the place was taken: the row that points at the entry proves nothing.
    fileprivate func leave(_ placement: Placement, of version: ModelVersion, _ tx: any StoreSnapshot) throws -> JSONValue? {
        guard let entry = try tx.ledgerEntry(id: placement.entryID), ["alias.set", "stage.changed"].contains(entry.kind),
            let payload = try useCases.payload(of: entry), payload["version_id"]?.string == version.id,
            payload["manifest"]?.string == placement.manifest.hex, payload["model"]?.string == version.modelName.string
        else { return nil }
        let target = payload["alias"]?.string.map { GateTarget.alias(Text($0)) } ?? payload["to"]?.string.map { GateTarget.stage(Text($0)) }
        guard target?.text == placement.target, let gate = payload["gate"],
            ["pass", "waived", EmergencyGate.decision].contains(gate["decision"]?.string)
        else { return nil }
        return gate
    }

    /// - Returns: whether an emergency of the model waits for its review.
    fileprivate func hasOpenReview(_ version: ModelVersion, _ tx: any StoreSnapshot) throws -> Bool {
        try tx.papersInForce(modelID: version.modelID, manifest: nil).contains {
            $0.kind == .finding && (try? JSONValue(parsing: $0.content))?["emergency"]?.bool == true
        }
    }

    fileprivate func hasOwnFinding(_ version: ModelVersion, _ tx: any StoreSnapshot) throws -> Bool {
        try tx.papersInForce(modelID: version.modelID, manifest: version.content.manifestDigest).contains {
            $0.kind == .finding && $0.subject.versionID == version.id
        }
    }
}

/// The finding that an emergency opened, for whoever asked for it.
private final class OpenedReview: Sendable {
    private let kept = Mutex<Paper?>(nil)

    var paper: Paper? { kept.withLock { $0 } }
    func keep(_ paper: Paper) { kept.withLock { $0 = paper } }
}

/// Lets a version back into a place that it held, and opens the review of that.
struct EmergencyGate: PromotionGate {
    static let decision = "emergency"

    fileprivate let governance: Governance
    fileprivate let reason: String
    fileprivate let opened: OpenedReview

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
        let ask = "ask for the place with: assay model promote"
        guard let before = try governance.placement(of: version, in: target, tx), let leave = try governance.leave(before, of: version, tx) else {
            return refused("the gate never let its files in there under this name; \(ask)")
        }
        let governed = try governance.governed(tx, version)
        let tier = try governance.tier(tx, of: governed)
        guard tier != .prohibited else { return refused("the model is classified as a prohibited use") }
        // Whatever version of them: what an emergency goes back to was judged by the rules of its time, but by all of them.
        let judged = Set((leave["policies"]?.array ?? []).compactMap { $0["name"]?.string })
        let policies = try governance.gate(tx).applicable(names: [governed.model] + governed.otherNames, tier: tier, target: target).policies
        if let missing = policies.first(where: { !judged.contains($0.name.string) }) {
            return refused("it was let in before the policy \(missing.title) applied to it; \(ask)")
        }
        guard try !governance.hasOwnFinding(version, tx) else { return refused("there is an open finding about it") }
        guard try !governance.hasOpenReview(version, tx) else {
            return refused("nobody has reviewed the last emergency of this model; somebody else closes that finding first: assay finding list")
        }
        let due = governance.now + Governance.reviewHours * 3_600_000
        let content: JSONObject = [
            "title": .string("review of the emergency rollback to version \(version.number) in \(target.text)"), "emergency": true,
            "severity": .string(Severity.high.rawValue), "due": .string(Governance.time(due)),
            "owner": .string(actor.name.string), "owner_id": .string(actor.id), "text": .string(reason),
        ]
        let review = try governance.insert(
            .finding, type: Text(Severity.high.rawValue), about: PaperSubject(modelID: version.modelID), state: Governance.FindingState.open,
            content, event: "opened", by: actor, tx)
        opened.keep(review)
        var basis: JSONObject = [
            "decision": .string(Self.decision), "reason": .string(reason), "review": .string(review.record.id),
            "let_in_before": .string(before.entryID),
        ]
        // What it was judged by goes on with it, for the next emergency and for statements.
        basis["policies"] = leave["policies"]
        let detail = JSONValue.object(basis)
        return .allowed(
            PromotionLeave(basis: detail) { [governance] tx, entryID in
                try tx.setPlacement(
                    Placement(
                        versionID: version.id, target: target.text, manifest: before.manifest, decision: Self.decision,
                        detail: try detail.canonicalBytes(), requestID: nil, entryID: entryID, placedMilliseconds: governance.now))
            })
    }
}
