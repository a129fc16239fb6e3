import AssayColumns
import AssayModels
import AssayServer
import AssayServing
import AssayTerms
import Logging
import Synchronization

/// Looks at what each caller asks each version for signs that a model is being copied, in windows of a day, and says so.
///
/// Memory is bounded: one record a caller and version, at most ``limit``; beyond it the day begins anew. No row is kept or logged.
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

    private struct State {
        var signs: [Key: ExtractionSigns] = [:]
        var begun: Double
        var counts: [Count: UInt64] = [:]
    }

    private static let windowSeconds = 86_400.0
    private static let throttleSeconds: Int64 = 3_600
    private static let limit = 20_000

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
        let raised = state.withLock { state -> [ExtractionSigns.Sign] in
            if now - state.begun >= Self.windowSeconds || state.signs.count >= Self.limit {
                state.signs = [:]
                state.begun = now
            }
            var raised: [ExtractionSigns.Sign] = []
            for block in scored {
                raised += state.signs[key, default: ExtractionSigns(reference)].add(
                    block.inputs.columns, rowCount: block.rowCount, probabilities: block.predictions.probabilities)
            }
            for sign in raised { state.counts[Count(caller: caller, sign: sign), default: 0] += 1 }
            return raised
        }
        for sign in raised {
            logger.warning(
                "requests look as if a model were copied",
                metadata: ["caller": "\(caller)", "model": "\(version.model)", "version": "\(version.number)", "sign": "\(sign.rawValue)"])
            if throttles { gate.throttle(caller, seconds: Self.throttleSeconds) }
        }
    }
}
