import AssayCanonical
package import AssayJSON
package import AssayPolicy
import AssayTerms

/// A gate's outcome as requests, entries, statements and answers carry it.
package enum DecisionJSON {
    /// The outcome with every reason, met and unmet.
    ///
    /// - Parameter notes: what the gate had to say beside the policies' reasons, for people.
    package static func value(of outcome: GateOutcome, notes: [String] = []) -> JSONValue {
        var object: JSONObject = [
            "basis": .string(outcome.basis.rawValue), "decision": .string(outcome.decision.rawValue),
            "policies": .array(outcome.parts.map(part)),
            "claims": .array((outcome.binding?.claims ?? []).map { .string($0.hex) }),
            "approvers": .array(outcome.approvers.map { .string($0.string) }),
        ]
        if !notes.isEmpty { object["notes"] = .array(notes.map { .string($0) }) }
        return .object(object)
    }

    private static func part(_ part: GateOutcome.Part) -> JSONValue {
        [
            "name": .string(part.policy.string), "version": .string(part.policyVersion.string),
            "digest": .string(part.digest.hex), "decision": .string(part.decision.rawValue),
            "reasons": .array(part.reasons.map(reason)),
        ]
    }

    private static func reason(_ reason: GateReason) -> JSONValue {
        var object: JSONObject = [
            "decision": .string(reason.decision.rawValue), "code": .string(reason.code.rawValue),
            "requirement": .string(reason.requirement),
        ]
        object["column"] = reason.column.map { .string($0.string) }
        object["slice"] = reason.slice.map { .string($0.string) }
        object["limit"] = reason.limit.map { .string($0) }
        object["text"] = .string(reason.text)
        object["remedy"] = reason.remedy.map { .string($0) }
        if let measurement = reason.measurement {
            object["result"] = EnvelopeJSON.result(measurement.result)
            object["provenance"] = .string(measurement.provenance.rawValue)
            object["claim"] = .string(measurement.claim.hex)
            object["data"] = measurement.dataset.map {
                ["name": .string($0.name.string), "digest": ["sha256": .string($0.digest.hex)]]
            }
            object["data_chosen_by"] = measurement.isDatasetPinned ? "policy" : "author"
            object["baseline"] = measurement.baseline.map { .number($0) }
        }
        return .object(object)
    }
}
