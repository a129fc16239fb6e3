import AssayTerms

extension GatewayTable {
    /// Who answers a request, and for which rollout it counts.
    struct Choice: Sendable {
        /// Who answers.
        let version: Version
        /// `nil` where the request is no rollout's.
        let rollout: GatewayRollout?
        let arm: GatewayRollout.Arm
        let isShadowed: Bool
        /// The other of the rollout's two versions; `nil` without a rollout.
        var other: Version?

        /// Whether the arm is told in the answer: of a shadow nobody learns.
        var tellsArm: Bool { rollout.map { $0.statement.strategy != .shadow } ?? false }
    }

    /// Runs `body` with whoever answers a request by a unit, who stays loaded meanwhile.
    ///
    /// A candidate that is gone, or whose statement has ended, leaves the request to the version that holds the place.
    ///
    /// - Throws: `notFound` for a model, place or version that is not served; what `body` throws.
    func with<Answer>(
        _ model: Text, _ selector: Selector, of unit: GatewayRollout.Unit, _ body: (Choice) async throws -> Answer
    ) async throws -> Answer {
        let (held, place, rollouts) = try findPlaced(model, selector)
        var version = held
        defer { version.release() }
        let now = UTCTime.now()
        guard let place, let rollout = rollouts.first(where: { $0.statement.strategy != .batch && $0.concerns(place, held: held, now: now) }) else {
            return try await body(Choice(version: held, rollout: nil, arm: .baseline, isShadowed: false))
        }
        let arm = rollout.arm(of: unit)
        if arm == .candidate {
            guard rollout.candidate.hold() else {
                return try await body(Choice(version: held, rollout: nil, arm: .baseline, isShadowed: false))
            }
            held.release()
            version = rollout.candidate
        }
        return try await body(
            Choice(
                version: version, rollout: rollout, arm: arm, isShadowed: rollout.isShadowed(unit),
                other: arm == .candidate ? held : rollout.candidate))
    }
}
