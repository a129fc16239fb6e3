import AssayJSON
import AssayServing
import AssayTerms

extension ShadowQueue {
    /// Counts an answered request for its rollout, and leaves what takes longer to the queue.
    ///
    /// A refusal (400 to 499) is no fault of the version unless the other one takes the same request: anybody can send what nobody takes,
    /// and would end a rollout by it, or hide a bad candidate behind it. So the other one is asked first, and what both refuse counts
    /// nowhere.
    ///
    /// - Parameters:
    ///   - recorded: how the answer was recorded, where it was: the shadow's is recorded beside it.
    ///   - ask: asks a version the same.
    func note(
        _ choice: GatewayTable.Choice, _ answer: ServingAnswer, seconds: Double, form: String, body: [UInt8], recorded: RequestFacts? = nil,
        ask: @escaping @Sendable (GatewayTable.Version) -> ServingAnswer
    ) {
        guard let rollout = choice.rollout else { return }
        let terms = rollout.statement
        // What a shadow is not asked is not compared.
        if terms.strategy == .shadow, !choice.isShadowed { return }
        let isRefused = Self.isRefusal(answer)
        if !isRefused { Self.count(answer, seconds: seconds, of: choice.arm, rollout) }
        guard choice.isShadowed || isRefused || terms.outcomeLabel != nil else { return }
        offer(
            Item(
                rollout: rollout, arm: choice.arm, answer: answer, seconds: seconds, form: form, body: body, recorded: recorded,
                other: choice.isShadowed ? rollout.candidate : isRefused ? choice.other : nil, ask: ask))
    }

    static func isRefusal(_ answer: ServingAnswer) -> Bool { (400..<500).contains(answer.status) }

    static func count(_ answer: ServingAnswer, seconds: Double, of arm: GatewayRollout.Arm, _ rollout: GatewayRollout) {
        let terms = rollout.statement
        rollout.counter.note(step: terms.step) { tally in
            let path: WritableKeyPath<RolloutTally, RolloutTally.Arm> = arm == .candidate ? \.candidate : \.baseline
            tally[keyPath: path].requests += 1
            if answer.status >= 400 { tally[keyPath: path].errors += 1 }
            if let limit = terms.latencySeconds, seconds > limit { tally[keyPath: path].slow += 1 }
        }
    }
}

extension GatewayRollout {
    /// What is carried out, for whoever asks the gateway.
    var json: JSONValue {
        [
            "id": .string(statement.id), "revision": .integer(statement.revision), "candidate": .integer(Int64(candidate.number)),
            "strategy": .string(statement.strategy.rawValue), "step": .integer(Int64(statement.step)), "share": .integer(Int64(statement.share)),
            "not_after": .string(statement.deployment.notAfterText),
        ]
    }
}
