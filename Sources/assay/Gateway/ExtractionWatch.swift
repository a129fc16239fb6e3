import AssayColumns
import AssayModels
import AssayServer
import AssayServing
import AssayTerms
import Logging
import Synchronization

/// Looks at what each caller asks each version for signs that a model is being copied, in windows of a day, and says so.
///
/// Memory is bounded: one record a caller and version, at most ``limit``; beyond it the day begins anew. No row is kept or logged, only
/// digests of some. The error rates of ``ExtractionSigns`` hold for each day by itself.
final class ExtractionWatch: Sendable {
    struct Count: Hashable {
        let caller: Text
        let sign: ExtractionSigns.Sign
    }

    private struct Key: Hashable {
        let caller: Text
        let model: Text
        let version: Int
    }

    /// What is counted of one caller and version, under a lock of its own: requests of others do not wait for it.
    private final class Watched: Sendable {
        let signs: Mutex<ExtractionSigns>

        init(_ signs: ExtractionSigns) { self.signs = Mutex(signs) }
    }

    private struct State {
        var signs: [Key: Watched] = [:]
        var begun: Double
        var counts: [Count: UInt64] = [:]
    }

    private static let windowSeconds = 86_400.0
    private static let throttleSeconds: Int64 = 3_600
    private static let limit = 5_000

    private let gate: CallerGate
    private let throttles: Bool
    private let logger: Logger
    private let state: Mutex<State>

    init(gate: CallerGate, throttles: Bool, logger: Logger) {
        self.gate = gate
        self.throttles = throttles
        self.logger = logger
        state = Mutex(State(begun: GatewayMetrics.now()))
    }

    /// How often each sign was raised, by caller.
    var counts: [Count: UInt64] { state.withLock(\.counts) }

    func note(_ scored: [ScoredRows], of version: GatewayTable.Version, by caller: Text) {
        guard let reference = version.served.reference, !scored.isEmpty else { return }
        let key = Key(caller: caller, model: version.model, version: version.number)
        let now = GatewayMetrics.now()
        let watched = state.withLock { state in
            if now - state.begun >= Self.windowSeconds || state.signs[key] == nil && state.signs.count >= Self.limit {
                state.signs = [:]
                state.begun = now
            }
            if let watched = state.signs[key] { return watched }
            var generator = SystemRandomNumberGenerator()
            let watched = Watched(ExtractionSigns(reference, seed: generator.next()))
            state.signs[key] = watched
            return watched
        }
        // The blocks of a request are one observation: its first rows stand for all.
        guard let block = scored.first(where: { $0.rowCount > 0 }) else { return }
        let (fresh, isRaised) = watched.signs.withLock { signs in
            let fresh = signs.add(block.inputs.columns, rowCount: block.rowCount, probabilities: block.predictions.probabilities)
            return (fresh, !signs.raised.isEmpty)
        }
        if !fresh.isEmpty {
            state.withLock { state in for sign in fresh { state.counts[Count(caller: caller, sign: sign), default: 0] += 1 } }
        }
        for sign in fresh {
            logger.warning(
                "requests look as if a model were copied",
                metadata: ["caller": "\(caller)", "model": "\(version.model)", "version": "\(version.number)", "sign": "\(sign.rawValue)"])
        }
        // Renewed by every request while the sign stands.
        if throttles, isRaised { gate.throttle(caller, seconds: Self.throttleSeconds) }
    }
}
