package import AssayJSON
import AssayPolicy
import AssayTerms

/// What a policy would mean, as routes answer it.
package enum ImpactJSON {
    package static func value(of impact: PolicyImpact) -> JSONValue {
        [
            "policy": .string(impact.policy.name.string), "version": .string(impact.policy.version.string),
            "digest": .string(impact.policy.digest.hex), "replaces": impact.replaces.map { .string($0.string) } ?? .null,
            "asks_less": .array(impact.loosenings.map { .string($0) }),
            "summary": [
                "places": .integer(Int64(impact.held.count)), "pass": .integer(Int64(impact.count(.pass))),
                "fail": .integer(Int64(impact.count(.fail))), "incomplete": .integer(Int64(impact.count(.incomplete))),
                "newly_unmet": .integer(Int64(impact.held.count(where: \.isNewlyUnmet))),
                "no_longer_gated": .integer(Int64(impact.held.count { $0.after == nil })),
            ],
            "places": .array(impact.held.map(held)),
        ]
    }

    private static func held(_ held: PolicyImpact.Held) -> JSONValue {
        [
            "model": .string(held.model.string), "version": .integer(Int64(held.version)), "target": .string(held.target.text.string),
            "before": held.before.map { .string($0.decision.rawValue) } ?? .null,
            "after": held.after.map { .string($0.decision.rawValue) } ?? .null, "newly_unmet": .bool(held.isNewlyUnmet),
            "reasons": .array(
                (held.after?.reasons.filter { !$0.decision.allows } ?? []).map {
                    ["decision": .string($0.decision.rawValue), "code": .string($0.code.rawValue), "text": .string($0.text)]
                }),
        ]
    }
}
