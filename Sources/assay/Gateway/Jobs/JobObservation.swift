import AssayCanonical
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Synchronization

/// What a rollout learns of one job: a data set is one observation, however many rows it has, and whoever hands it in again adds none.
///
/// Of a data set one part is looked at, drawn by its digest, and of that part one row: whether the part took long, and what the row was predicted.
/// A job that cannot be scored is an error where the version is at fault: its process or service failed, or it refuses what the other version
/// takes. What neither takes, and what ends a job from outside (it was cancelled, the gateway stops, a feature store is out), is nobody's error and
/// counts nowhere.
final class JobObservation: Sendable {
    /// What a job was doing when it ended.
    enum Phase: Sendable {
        /// Reading the data set, which may not have what the version reads.
        case reading
        case scoring
        /// Waiting, recording, writing: no version's doing.
        case other
    }

    private struct State {
        var phase = Phase.other
        /// Parts that were begun.
        var parts = 0
        var drawn: (number: UInt64, seconds: Double, prediction: JSONValue?)?
    }

    let rollout: GatewayRollout
    let arm: GatewayRollout.Arm
    let digest: SHA256Digest
    private let state = Mutex(State())

    init(_ rollout: GatewayRollout, _ arm: GatewayRollout.Arm, digest: SHA256Digest) {
        self.rollout = rollout
        self.arm = arm
        self.digest = digest
    }

    func begins(_ phase: Phase) { state.withLock { $0.phase = phase } }

    func beginsPart() { state.withLock { $0.parts += 1 } }

    func note(_ scored: ScoredRows, seconds: Double) {
        let salt = Array(rollout.statement.salt.utf8) + digest.bytes
        state.withLock { state in
            let number = GatewayRollout.number(salt + Array(String(state.parts).utf8))
            guard number < state.drawn?.number ?? .max else { return }
            let row = scored.rowCount == 0 ? nil : Int(number % UInt64(scored.rowCount))
            state.drawn = (number, seconds, row.map { scored.labels.json($0) })
        }
    }

    /// The part in which the job ended, from 0; `nil` where it ended by something else than what it was given or the version.
    var faultyPart: Int? { state.withLock { $0.phase == .other ? nil : $0.phase == .reading ? $0.parts : max(0, $0.parts - 1) } }

    /// Whether what ended the job is no version's doing, though it was being scored: what rows are filled in from is out, for the other version too.
    static func isElsewhere(_ error: AssayError) -> Bool { (error.cause as? ModelOutage)?.isOfFeatures ?? false }

    /// Whether the version itself failed, rather than refuse what it was given.
    func isOutage(_ error: AssayError) -> Bool {
        !Self.isElsewhere(error) && state.withLock { $0.phase } == .scoring
            && (error.cause is ModelOutage || [.internalFault, .corrupt, .unavailable].contains(error.code))
    }

    /// Counts the job for the step in which it began, once.
    ///
    /// - Parameter isError: whether it could not be scored.
    func count(isError: Bool) {
        let terms = rollout.statement
        let drawn = state.withLock { $0.drawn }
        // A data set without rows says nothing of anybody.
        guard isError || drawn != nil else { return }
        rollout.counter.note(step: terms.step) { tally in
            let path: WritableKeyPath<RolloutTally, RolloutTally.Arm> = arm == .candidate ? \.candidate : \.baseline
            tally[keyPath: path].requests += 1
            if isError {
                tally[keyPath: path].errors += 1
                return
            }
            if let limit = terms.latencySeconds, let drawn, drawn.seconds > limit { tally[keyPath: path].slow += 1 }
            guard let label = terms.outcomeLabel, let prediction = drawn?.prediction else { return }
            tally[keyPath: path].drawn += 1
            if PredictionComparison.isLabel(prediction, label) { tally[keyPath: path].hits += 1 }
        }
    }
}
