import AssayEvidence
package import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// Rollouts as our own routes answer them.
package enum RolloutJSON {
    package static func value(of view: Governance.RolloutView) -> JSONValue {
        let rollout = view.rollout
        let record = rollout.paper.record
        var object: JSONObject = [
            "id": .string(rollout.id), "state": .string(record.state.string), "revision": .integer(record.revision),
            "model": .string(rollout.model.string), "candidate": .integer(Int64(rollout.document.candidate)),
            "manifest": rollout.manifest.map { .string($0.hex) } ?? .null,
            "baseline": rollout.baseline.map { ["version": .integer($0.version), "place": $0.place.map { .string($0.string) } ?? .null] } ?? .null,
            "strategy": .string(rollout.plan.strategy.rawValue), "step": .integer(Int64(rollout.step)),
            "steps": .integer(Int64(rollout.plan.steps.count)), "share": .string(RolloutDocument.share(rollout.share)),
            "step_began_ms": .integer(rollout.began), "owner": rollout.paper.content["owner"] ?? .null, "document": rollout.document.json, "tallies": TallyJSON.value(view.tallies),
            "findings": .array(view.findings.map { ["guard": .string($0.watched.word), "verdict": .string($0.verdictWord), "text": .string($0.text)] }),
            "next": rollout.isRunning ? next(view) : .null, "reason": rollout.paper.content["reason"] ?? .null,
            "refusal": rollout.paper.content["refusal"] ?? .null, "made_by": .string(record.makerName.string),
            "made_ms": .integer(record.madeMilliseconds), "changed_ms": .integer(record.changedMilliseconds),
        ]
        if !view.history.isEmpty {
            object["history"] = .array(
                view.history.map { entry in
                    [
                        "id": .string(entry.id), "kind": .string(entry.kind), "time": .string(entry.time), "actor": .string(entry.actorID),
                        "actor_name": entry.actorName.map { .string($0.string) } ?? .null, "index": entry.index.map { .integer($0) } ?? .null,
                    ]
                })
        }
        return .object(object)
    }

    /// What follows now, and what is waited for.
    private static func next(_ view: Governance.RolloutView) -> JSONValue {
        switch view.move {
        case .stay(let why): return ["move": "stay", "text": .string(why)]
        case .advance(let step): return ["move": "advance", "text": .string("step \(step + 1) of \(view.rollout.plan.steps.count) comes with the next report")]
        case .finish:
            let own = view.rollout.plan.promotes ? "it asks the gate with the next report" : "assay rollout promote \(view.rollout.id)"
            return ["move": "finish", "text": .string("all steps are over; \(own)")]
        case .rollBack(let why): return ["move": "rollback", "text": .string(why)]
        }
    }
}
