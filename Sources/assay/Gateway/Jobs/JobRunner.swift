import AssayData
import AssayServer
import AssayServing
import AssayTerms
import Dispatch
import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// Works on the jobs of a gateway, so many at a time, and removes what is old.
struct JobRunner: Service {
    let store: JobStore
    let table: GatewayTable
    let gate: CallerGate
    let recorder: GatewayRecorder?
    let furtherColumns: [Text]
    let metrics: GatewayMetrics
    let workers: Int
    let logger: Logger

    func run() async throws {
        let store = store
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<workers {
                    group.addTask {
                        for await _ in store.wakes {
                            while let job = store.next() { await work(on: job) }
                        }
                    }
                }
                group.addTask {
                    await cancelWhenGracefulShutdown {
                        while !Task.isCancelled {
                            store.sweep()
                            try? await Task.sleep(for: .seconds(60))
                        }
                    }
                }
                await group.waitForAll()
            }
        } onGracefulShutdown: {
            store.close()
        }
    }

    private func work(on job: GatewayJob) async {
        var job = job
        do {
            let scorer = try table.scorer(of: job)
            defer { scorer.version.release() }
            job.settle(scorer)
            try store.settle(job)
            let observation = scorer.rollout.map { JobObservation($0, scorer.arm, digest: job.digest) }
            do throws(AssayError) {
                // A candidate that cannot explain what the other one explains is at fault.
                observation?.begins(.reading)
                let isExplained = try GatewayRoutes.isExplained(scorer.version, isAsked: job.isExplanationAsked)
                if isExplained != job.isExplained {
                    job.isExplained = isExplained
                    try store.settle(job)
                }
                let scoring = scoring(job, scorer.version, observation)
                try await Self.run(scoring)
                observe(job, observation, isError: false)
            } catch {
                if let observation, await isAtFault(observation, error, job, scorer.other) { observe(job, observation, isError: true) }
                throw error
            }
            store.end(job.id, fault: nil)
        } catch {
            let words = (error as? AssayError)?.message ?? "\(type(of: error))"
            store.end(job.id, fault: words)
            // Words about rows may repeat what stands in them, so the log says which job alone.
            logger.warning("a job ended without a result", metadata: ["job": "\(job.id)", "model": "\(job.model)", "version": "\(job.version)"])
        }
    }

    private static func run(_ scoring: JobScoring) async throws(AssayError) {
        do {
            try await OwnThread.run { try scoring.run() }
        } catch {
            throw (error as? AssayError) ?? AssayError(.internalFault, "the job was broken off", cause: error)
        }
    }

    /// Counts a job for its rollout, unless its data set was.
    private func observe(_ job: GatewayJob, _ observation: JobObservation?, isError: Bool) {
        guard let observation, observation.rollout.counter.takeJob(job.digest, before: { store.counted(rollout: observation.rollout.statement.id) })
        else { return }
        // What could not be noted would count again after a restart, so it rather does not count.
        guard store.keepCounted(job.id) else { return }
        observation.count(isError: isError)
    }

    /// Whether a job failed because of the version that scored it: it broke down, or it refuses what the other one takes.
    private func isAtFault(_ observation: JobObservation, _ error: AssayError, _ job: GatewayJob, _ other: GatewayTable.Version?) async -> Bool {
        guard !JobObservation.isElsewhere(error), let part = observation.faultyPart else { return false }
        if observation.isOutage(error) { return true }
        guard let other, other.hold() else { return false }
        defer { other.release() }
        let trial = JobTrial(job: job, path: store.path(job.id, "input"), part: part, version: other, furtherColumns: furtherColumns)
        return (try? await OwnThread.run { try trial.run() }) != nil
    }

    private func scoring(_ job: GatewayJob, _ version: GatewayTable.Version, _ observation: JobObservation?) -> JobScoring {
        let store = store
        let gate = gate
        // A job is one request: it is recorded as a whole, or not at all.
        let isRecorded = recorder.map { $0.newID() != nil } ?? false
        var record: (@Sendable ([UInt8], ScoredRows) throws(AssayError) -> Bool)?
        if let recorder, isRecorded {
            record = { (id, scored) throws(AssayError) in try Self.keep(id, scored, job, version, recorder, takesKeys: gate.takesKeys) }
        }
        return JobScoring(
            job: job, store: store, table: table, version: version, observation: observation, furtherColumns: furtherColumns, record: record,
            pace: { () throws(AssayError) in
                while true {
                    try store.requireWanted(job.id)
                    guard gate.caller(named: job.caller)?.may(ask: job.model) == true else {
                        throw AssayError(.permissionDenied, "The caller '\(job.caller)' may not ask the model '\(job.model)' any more.")
                    }
                    guard gate.wait(job.caller) != nil else { return }
                    usleep(100_000)
                }
            },
            pay: { gate.pay(job.caller, cost: $0) }, note: { [metrics] in metrics.note(rulesOf: [$0], model: job.model) })
    }

    /// Waits on a thread of the job's own until the record is down.
    private static func keep(
        _ id: [UInt8], _ scored: ScoredRows, _ job: GatewayJob, _ version: GatewayTable.Version, _ recorder: GatewayRecorder, takesKeys: Bool
    ) throws(AssayError) -> Bool {
        let facts = RequestFacts(
            id: id, time: scored.features?.time ?? GatewayRecorder.time(), seconds: 0, status: 200, form: "batch", place: job.place,
            arm: job.arm.map { Text($0.rawValue) } ?? "answer", caller: takesKeys ? job.caller : nil,
            batch: job.batch)
        let done = DispatchSemaphore(value: 0)
        let box = KeptAnswer()
        Task {
            box.set(await recorder.keep(facts, [scored], of: version))
            done.signal()
        }
        done.wait()
        guard box.isKept || !recorder.isRequired else {
            throw AssayError(.unavailable, "The predictions could not be recorded, so they are not given. Hand the job in again later.")
        }
        return box.isKept
    }
}

/// What a task answers a thread that waits for it.
private final class KeptAnswer: Sendable {
    private let value = Mutex(false)

    var isKept: Bool { value.withLock { $0 } }

    func set(_ isKept: Bool) { value.withLock { $0 = isKept } }
}
