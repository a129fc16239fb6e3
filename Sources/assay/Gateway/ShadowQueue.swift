import AssayData
import AssayJSON
import AssayServing
import AssayTerms
import ServiceLifecycle
import Synchronization

/// What is done about a request after it was answered: asking the candidate of a shadow the same, comparing, and looking at what was
/// predicted. It never holds an answer up: what does not fit is left out and counted.
final class ShadowQueue: Service {
    /// One answered request.
    struct Item: Sendable {
        let rollout: GatewayRollout
        let arm: GatewayRollout.Arm
        let answer: ServingAnswer
        let seconds: Double
        /// `mlflow` or `inference`.
        let form: String
        let body: [UInt8]
        /// How the answer was recorded; `nil` where it was not.
        let recorded: RequestFacts?
        /// The version that is asked the same: a shadow's candidate, or whichever did not refuse it; `nil` where nobody is asked again.
        let other: GatewayTable.Version?
        let ask: @Sendable (GatewayTable.Version) -> ServingAnswer

        fileprivate var bytes: Int { body.count + answer.body.count }
    }

    private static let itemLimit = 256
    private static let byteLimit = 64 << 20
    private static let workers = 2

    private let items: AsyncStream<Item>
    private let entrance: AsyncStream<Item>.Continuation
    private let waiting = Mutex(0)

    private let recorder: GatewayRecorder?

    /// - Parameter recorder: keeps what shadows answered, beside what was answered; `nil` where nothing is recorded.
    init(recorder: GatewayRecorder? = nil) {
        self.recorder = recorder
        (items, entrance) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(Self.itemLimit))
    }

    /// Leaves the item to be worked on, or counts that there is no room for it. Never waits.
    func offer(_ item: Item) {
        let isTaken = waiting.withLock { bytes in
            guard bytes + item.bytes <= Self.byteLimit, case .enqueued = entrance.yield(item) else { return false }
            bytes += item.bytes
            return true
        }
        if !isTaken, item.other != nil { item.rollout.counter.note(step: item.rollout.statement.step) { $0.dropped += 1 } }
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.workers {
                group.addTask {
                    for await item in self.items.cancelOnGracefulShutdown() {
                        await self.work(on: item)
                        self.waiting.withLock { $0 -= item.bytes }
                    }
                }
            }
        }
    }

    private func work(on item: Item) async {
        guard let other = item.other else {
            Self.look(at: item.answer, of: item.arm, item)
            return
        }
        guard other.hold() else { return }
        defer { other.release() }
        let begun = GatewayMetrics.now()
        let ask = item.ask
        guard let answer = try? await OwnThread.run({ ask(other) }) else { return }
        let seconds = GatewayMetrics.now() - begun
        if Self.isRefusal(item.answer), answer.status < 400 { Self.count(item.answer, seconds: item.seconds, of: item.arm, item.rollout) }
        guard item.rollout.statement.strategy == .shadow else { return }
        let candidate = item.rollout.candidate
        if let recorder, var facts = item.recorded {
            facts.arm = "shadow"
            facts.time = answer.scored.first?.features?.time ?? GatewayRecorder.time()
            facts.seconds = seconds
            facts.status = answer.status
            // Nobody waits for it: what cannot be kept is counted as lost.
            _ = await recorder.keep(facts, answer.scored, of: candidate)
        }
        let terms = item.rollout.statement
        guard !Self.isRefusal(answer) || item.answer.status < 400 else { return }
        Self.count(answer, seconds: seconds, of: .candidate, item.rollout)
        let first = Self.look(at: item.answer, of: .baseline, item)
        guard let second = Self.look(at: answer, of: .candidate, item), let first else { return }
        // A row that was compared before says nothing new: a thousand copies of one are one prediction.
        let digests = RowDigests.digests(of: item.answer, count: first.count, body: item.body)
        let isNew = item.rollout.counter.takeRows(digests)
        let agreements = zip(PredictionComparison.agreements(first, second, tolerance: terms.tolerance), isNew).compactMap { $1 ? $0 : nil }
        guard let drawn = Self.drawn(agreements, item) else { return }
        item.rollout.counter.note(step: terms.step) { tally in
            tally.compared += Int64(agreements.count)
            tally.agreed += Int64(agreements.count { $0 })
            tally.judged += 1
            if drawn { tally.judgedAgreed += 1 }
        }
    }

    /// Notes the outcome of one row, if the rollout watches one.
    ///
    /// - Returns: what was predicted.
    @discardableResult
    private static func look(at answer: ServingAnswer, of arm: GatewayRollout.Arm, _ item: Item) -> [JSONValue]? {
        guard let predictions = PredictionComparison.predictions(in: answer, form: item.form) else { return nil }
        guard let label = item.rollout.statement.outcomeLabel, let drawn = drawn(predictions, item) else { return predictions }
        let isHit = PredictionComparison.isLabel(drawn, label)
        item.rollout.counter.note(step: item.rollout.statement.step) { tally in
            let path: WritableKeyPath<RolloutTally, RolloutTally.Arm> = arm == .candidate ? \.candidate : \.baseline
            tally[keyPath: path].drawn += 1
            if isHit { tally[keyPath: path].hits += 1 }
        }
        return predictions
    }

    /// One row of the request, by its digest: a request with many rows is one observation.
    private static func drawn<Row>(_ rows: [Row], _ item: Item) -> Row? {
        rows.isEmpty ? nil : rows[Int(GatewayRollout.number(Array(item.rollout.statement.salt.utf8) + item.body) % UInt64(rows.count))]
    }
}
