package import AssayJSON
package import AssayTerms

/// What somebody wants to happen to a version in traffic, as they wrote it down: `rollout/v1`.
package struct RolloutDocument: Hashable, Sendable {
    package static let format = "rollout/v1"
    static let targetLimit = 4
    static let stepLimit = 20

    /// What the candidate is compared with.
    package enum Baseline: Hashable, Sendable {
        case version(Int)
        case place(GateTarget)
    }

    package var model: Text
    package var candidate: Int
    package var baseline: Baseline
    package var rationale: Text
    /// Whoever begins it where it is `nil`.
    package var owner: Text?
    package var targets: [GateTarget]
    package var plan: RolloutPlan

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB; the document or its ``json``.
    ///   - isKept: of a rollout that began, perhaps before a guard without anything to compare with was refused. Such a guard stays undecided.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8], isKept: Bool = false) throws(PolicyProblems) -> RolloutDocument {
        try RolloutReader(isKept: isKept).document(source, noun: "rollout") { $0.rollout($1) }
    }

    /// The whole in the same language, with what was left out written out.
    package var json: JSONValue {
        var object: JSONObject = [
            "assay": .string(Self.format), "model": .string(model.string), "candidate": .integer(Int64(candidate)),
            "strategy": .string(plan.strategy.rawValue), "rationale": .string(rationale.string),
            "targets": .array(targets.map { .string(Self.words($0)) }),
            "automatic": .array((plan.promotes ? ["promote"] : []) + (plan.rollsBack ? ["rollback"] : [])),
        ]
        object["owner"] = owner.map { .string($0.string) }
        switch baseline {
        case .version(let number): object["baseline"] = .string("version \(number)")
        case .place(let place): object["baseline"] = .string(Self.words(place))
        }
        if !plan.steps.isEmpty { object["advance"] = .string(plan.advance.rawValue) }
        if !plan.steps.isEmpty { object["steps"] = .array(plan.steps.map { Self.json($0, plan.strategy) }) }
        if !plan.guards.isEmpty { object["guards"] = .array(plan.guards.map(Self.json)) }
        return .object(object)
    }

    /// An alias as it was written: case tells its spellings apart, though not the places.
    private static func words(_ target: GateTarget) -> String {
        if case .alias(let alias) = target { "alias \(alias)" } else { target.text.string }
    }

    private static func json(_ step: RolloutPlan.Step, _ strategy: RolloutStrategy) -> JSONValue {
        var object: JSONObject = ["requests": .integer(step.requests), "minutes": .integer(step.minutes)]
        if strategy != .flag, strategy != .realTime { object["share"] = .string(share(step.share)) }
        return .object(object)
    }

    private static func json(_ watched: RolloutGuard) -> JSONValue {
        var object: JSONObject = ["on": .string(watched.word), "level": .string("\(watched.level)")]
        switch watched.kind {
        case .errors: break
        case .latency(let milliseconds): object["over-ms"] = .integer(Int64(milliseconds))
        case .agreement(let tolerance), .mistakes(let tolerance): object["tolerance"] = .string("\(tolerance)")
        case .outcome(let label): object["label"] = .string(label.string)
        }
        if case .agreement = watched.kind {
            object["min"] = watched.bound.map { .string("\($0)") }
        } else {
            object["margin"] = watched.bound.map { .string("\($0)") }
            object["max"] = watched.maximum.map { .string("\($0)") }
        }
        return .object(object)
    }

    /// `5%`, `0.25%`.
    package static func share(_ share: Int) -> String {
        let (whole, rest) = share.quotientAndRemainder(dividingBy: 100)
        guard rest > 0 else { return "\(whole)%" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)%" : "\(whole).\(rest < 10 ? "0" : "")\(rest)%"
    }
}
