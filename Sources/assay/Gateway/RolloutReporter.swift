import AssayJSON
import AssayTerms
import AssayWorkflows
import Logging
import ServiceLifecycle
import Synchronization

/// Tells the registry what this gateway counts of rollouts: every two seconds where there is news, and now and then where there is
/// none, since steps end by time too. A report holds all that was counted, so that one that is lost loses nothing and one that is
/// sent again counts once.
final class RolloutReporter: Service {
    private static let pause = Duration.seconds(2)
    private static let idleSeconds = 10.0
    /// Counts of so many rollouts are kept, whether they are over or not: one that is left out for a while goes on counting. The oldest
    /// that are not carried out are forgotten beyond.
    private static let keptLimit = 1_000
    /// The same trouble is told once in so many seconds.
    private static let quietSeconds = 60.0

    private struct State {
        var counters: [Text: RolloutCounter] = [:]
        /// In the order in which they began here.
        var order: [Text] = []
        var running: Set<Text> = []
        var revisions: [Text: Int64] = [:]
        var told = (words: "", at: -Double.infinity)
    }

    private let server: String?
    private let logger: Logger
    /// Something changed there: the registry has to be looked at now.
    private let hasChanged: @Sendable () -> Void
    private let state = Mutex(State())

    init(server: String?, logger: Logger, hasChanged: @escaping @Sendable () -> Void) {
        self.server = server
        self.logger = logger
        self.hasChanged = hasChanged
    }

    /// The counter of a rollout, which goes on from one revision to the next.
    func counter(of id: String) -> RolloutCounter {
        state.withLock { state in
            let key = Text(id)
            if let counter = state.counters[key] { return counter }
            let counter = RolloutCounter(id: id)
            state.counters[key] = counter
            state.order.append(key)
            while state.order.count > Self.keptLimit, let oldest = state.order.first(where: { !state.running.contains($0) }) {
                state.order.removeAll { $0 == oldest }
                state.counters[oldest] = nil
            }
            return counter
        }
    }

    /// Which are carried out now, at which revision; of others what is not reported yet still is.
    func carriesOut(_ revisions: [Text: Int64]) {
        state.withLock { state in
            state.running = Set(revisions.keys)
            state.revisions = revisions
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pause)
                await self.reportAll(isLast: false)
            }
        }
        // What was counted last is reported too, if somebody listens.
        await reportAll(isLast: true)
    }

    private func reportAll(isLast: Bool) async {
        let now = GatewayMetrics.now()
        let due = state.withLock { state in
            state.order.compactMap { id in state.counters[id].map { ($0, state.running.contains(id), state.revisions[id]) } }
        }.filter { counter, isRunning, _ in counter.hasNews || isRunning }
        guard !due.isEmpty else { return }
        do {
            try await ArtifactClient.with(address: server) { client in
                for (counter, isRunning, revision) in due {
                    let seconds = isRunning && !isLast ? Self.idleSeconds : .infinity
                    guard let report = counter.report(now: now, atLeastEvery: seconds) else { continue }
                    await self.send(report, counter, revision, client)
                }
            }
        } catch {
            tell((error as? AssayError)?.message ?? "\(type(of: error))", of: nil)
        }
    }

    private func tell(_ words: String, of rollout: String?) {
        let now = GatewayMetrics.now()
        let isNew = state.withLock { state in
            guard state.told.words != words || now - state.told.at >= Self.quietSeconds else { return false }
            state.told = (words, now)
            return true
        }
        guard isNew else { return }
        logger.warning("what was counted of rollouts cannot be reported; it is kept", metadata: ["rollout": "\(rollout ?? "all")", "reason": "\(words)"])
    }

    private func send(
        _ report: (sequence: Int64, tallies: [Int: RolloutTally]), _ counter: RolloutCounter, _ revision: Int64?, _ client: ArtifactClient
    ) async {
        let body: JSONValue = [
            "gateway": .string(counter.gateway), "sequence": .integer(report.sequence), "tallies": TallyJSON.value(report.tallies),
        ]
        do throws(AssayError) {
            let answer = try await client.json(ServerPath.rollout(counter.id, "observations"), posting: body)
            guard let revision else { return }
            if answer["revision"]?.integer != revision || answer["state"]?.string != RolloutState.running.string { hasChanged() }
        } catch {
            // What the registry refuses for good is refused again.
            if error.code == .invalidArgument || error.code == .notFound {
                logger.error("what was counted of a rollout was refused", metadata: ["rollout": "\(counter.id)", "reason": "\(error.message)"])
            } else {
                counter.wasNotTaken()
                tell(error.message, of: counter.id)
            }
        }
    }
}
