import AssayJSON
import AssayServing
import AssayTerms

extension ShadowQueue {
    /// Counts an answered request for its rollout, and leaves what takes longer to the queue.
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
        rollout.counter.note(step: terms.step) { tally in
            let path: WritableKeyPath<RolloutTally, RolloutTally.Arm> = choice.arm == .candidate ? \.candidate : \.baseline
            tally[keyPath: path].requests += 1
            if answer.status >= 400 { tally[keyPath: path].errors += 1 }
            if let limit = terms.latencySeconds, seconds > limit { tally[keyPath: path].slow += 1 }
        }
        guard choice.isShadowed || terms.outcomeLabel != nil else { return }
        offer(Item(rollout: rollout, arm: choice.arm, answer: answer, form: form, body: body, recorded: recorded, ask: choice.isShadowed ? ask : nil))
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
